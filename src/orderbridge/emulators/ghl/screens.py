"""``/_twin/…``: what customers, payment providers and HighLevel's own screens do, which no call of the API can."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import events, invoices, payments
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found
from orderbridge.emulators.ghl.subscriptions import cancel, renew
from orderbridge.emulators.ghl.table import Table
from orderbridge.emulators.ghl.wire import exact


def _row(call: Call, table: Table, what: str) -> JsonObject:
    row = table.get(call.params["id"])
    if row is None:
        raise not_found(f"there is no {what} {call.params['id']}")
    return row


def _renew(call: Call) -> Answer:
    """Charge a subscription again; ``status`` failed makes it unpaid. No webhook tells of it."""
    world = call.world
    subscription = _row(call, world.subscriptions, "subscription")
    status = call.body.get("status", "succeeded")
    charge = renew(world, subscription, at=world.clock.now(), status=status)
    return Answer({"subscription": subscription["_id"], "transaction": charge["_id"]}, 201)


def _cancel(call: Call) -> Answer:
    world = call.world
    row = cancel(world, _row(call, world.subscriptions, "subscription"), at=world.clock.now())
    return Answer({"subscription": row["_id"], "status": row["status"]})


def _settle(call: Call) -> Answer:
    """Let a charge that was pending succeed or fail. No webhook tells of it."""
    world = call.world
    row = _row(call, world.transactions, "transaction")
    world.transactions.update(row, status=call.body["status"], updatedAt=world.now())
    return Answer({"transaction": row["_id"], "status": row["status"]})


def _dispute(call: Call) -> Answer:
    """Charge a payment back; ``status`` is what HighLevel calls it then, left out it stays. No webhook tells of it."""
    row = payments.dispute(
        call.world,
        _row(call, call.world.transactions, "transaction"),
        status=call.body.get("status"),
    )
    return Answer({"transaction": row["_id"], "status": row["status"]})


def _pay_invoice(call: Call) -> Answer:
    """Let the customer pay an invoice online, with all that HighLevel tells of it."""
    world = call.world
    row = _row(call, world.invoices, "invoice")
    known = {item["_id"] for item in world.transactions.where("entityId", row["_id"])}
    amount = exact(call.body.get("amount", row["amountDue"]))
    invoices.record_payment(world, row, amount, mode="card", recorded=False)
    event = "InvoicePaid" if row["status"] == "paid" else "InvoicePartiallyPaid"
    made = [
        item["_id"] for item in world.transactions.where("entityId", row["_id"]) if item["_id"] not in known
    ]
    world.webhooks.submit([events.invoice(world, event, row), *invoices.order_of_paid(world, row)])
    return Answer({"invoice": row["_id"], "status": row["status"], "transactions": made}, 201)


def _answer(call: Call) -> Answer:
    """Let the customer accept or decline an estimate. No webhook tells of it."""
    world = call.world
    row = _row(call, world.estimates, "estimate")
    world.estimates.update(row, estimateStatus=call.body["status"], updatedAt=world.now())
    return Answer({"estimate": row["_id"], "status": row["estimateStatus"]})


def _tell(call: Call) -> Answer:
    """Send a webhook of the ``type`` and ``body`` given, for what the twin has no records of."""
    world, body = call.world, call.body
    event = events.enveloped(world, body["type"], body.get("body", {}), location_id=world.location_id)
    world.webhooks.submit([event])
    return Answer({"webhookId": event["webhookId"]})


ROUTES = [
    Route("POST", "/_twin/subscriptions/{id}/renew", _renew, control=True),
    Route("POST", "/_twin/subscriptions/{id}/cancel", _cancel, control=True),
    Route("POST", "/_twin/transactions/{id}/settle", _settle, control=True),
    Route("POST", "/_twin/transactions/{id}/dispute", _dispute, control=True),
    Route("POST", "/_twin/invoices/{id}/pay", _pay_invoice, control=True),
    Route("POST", "/_twin/estimates/{id}/answer", _answer, control=True),
    Route("POST", "/_twin/webhooks/tell", _tell, control=True),
]
