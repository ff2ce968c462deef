"""``/_twin/…``: controls outside the emulated API, for tests and demonstrations."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from orderbridge.core import jsonio
from orderbridge.core.errors import NotFoundError, RejectedError, SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import edits, events, oauth_controls, payments
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.carts import CURRENCIES
from orderbridge.emulators.ghl.errors import Refusal, bad_request, not_found
from orderbridge.emulators.ghl.faults import SWITCHES
from orderbridge.emulators.ghl.sales import OUTCOMES, Sale, sell
from orderbridge.emulators.ghl.shapes import fulfilment, paid_and_refunded
from orderbridge.emulators.ghl.truth import truth
from orderbridge.emulators.ghl.wire import exact

_MOST_ORDERS = 100_000
_SALES_A_TURN = 25


async def _sell(call: Call) -> Answer:
    body, world = call.body, call.world
    count, max_items = body.get("count", 1), body.get("max_items", 4)
    currency, contact_id = body.get("currency"), body.get("contact_id")
    if not isinstance(count, int) or not 0 <= count <= _MOST_ORDERS:
        raise bad_request(f"count must be a whole number from 0 to {_MOST_ORDERS}")
    if not isinstance(max_items, int) or max_items < 1:
        raise bad_request("max_items must be a whole number above 0")
    if currency is not None and currency not in CURRENCIES:
        raise bad_request(f"currency must be one of {', '.join(CURRENCIES)}")
    outcome = body.get("outcome")
    if outcome is not None and outcome not in OUTCOMES:
        raise bad_request(f"outcome must be one of {', '.join(OUTCOMES)}")
    contact = world.contacts.get(contact_id)
    if contact_id and contact is None:
        raise not_found(f"there is no contact {contact_id}")
    sales = []
    for number in range(count):
        if number % _SALES_A_TURN == 0:
            await asyncio.sleep(0)  # other requests are answered while many orders are sold
        sale = sell(
            world,
            live=body.get("live", True) is not False,
            currency=currency,
            max_items=max_items,
            contact=contact,
            outcome=outcome,
        )
        if body.get("webhooks", True):
            world.webhooks.submit(sale.events)
        sales.append(sale)
    return Answer(_made(sales), 201)


def _made(sales: list[Sale]) -> JsonObject:
    def ids(rows: list[JsonObject]) -> list[str]:
        return [row["_id"] for row in rows]

    return {
        "orders": [sale.order["_id"] for sale in sales],
        "transactions": [row for sale in sales for row in ids(sale.transactions)],
        "fulfilments": [row for sale in sales for row in ids(sale.fulfilments)],
        "subscriptions": [row for sale in sales for row in ids(sale.subscriptions)],
        "refunded": [
            row["_id"] for sale in sales for row in sale.transactions if exact(row["amountRefunded"])
        ],
    }


def _order(call: Call) -> JsonObject:
    row = call.world.orders.get(call.params["id"])
    if row is None:
        raise not_found(f"there is no order {call.params['id']}")
    return row


def _amount(call: Call, default: Decimal) -> Decimal:
    amount = exact(call.body["amount"]) if "amount" in call.body else default
    if amount <= 0:
        raise bad_request("amount must be above 0")
    return amount


def _refund(call: Call) -> Answer:
    order = _order(call)
    most = payments.refundable(call.world, order["_id"])
    amount = _amount(call, most)
    if amount > most:
        raise bad_request(f"only {most} can be refunded")
    touched = payments.refund(call.world, order, amount, reason=call.body.get("reason"))
    return Answer(
        {"order": order["_id"], "transactions": [row["_id"] for row in touched], "refunded": amount}
    )


def _pay(call: Call) -> Answer:
    world, order = call.world, _order(call)
    paid, _refunded = paid_and_refunded(world, order["_id"])
    status = call.body.get("status", "succeeded")
    row = payments.charge(world, order, _amount(call, exact(order.get("amount")) - paid), status=status)
    if payments.settle(world, order) and call.body.get("webhooks", True):
        world.webhooks.submit([events.order(world, "OrderStatusUpdate", order)])
    return Answer({"order": order["_id"], "transaction": row["_id"], "status": order["status"]}, 201)


def _fulfil(call: Call) -> Answer:
    order = _order(call)
    left = {key: count for key, count in payments.left_to_fulfil(call.world, order).items() if count > 0}
    if not left:
        raise bad_request("everything was handed over already")
    asked = call.body.get("items")
    wanted = {item["priceId"]: exact(item["qty"]) for item in asked} if asked else left
    tracking = call.body.get("trackings", [{"trackingNumber": "TWIN1", "shippingCarrier": "UPS"}])
    return Answer(fulfilment(payments.fulfil(call.world, order, wanted, tracking)), 201)


def _edit(call: Call) -> Answer:
    """Change an order as only HighLevel's own screens can."""
    world, order = call.world, _order(call)
    changes = {key: value for key, value in call.body.items() if key != "webhooks"}
    before = order.get("status")
    changes.setdefault("updatedAt", world.now())
    world.orders.update(order, **changes)
    if call.body.get("webhooks", True) and order.get("status") != before:
        world.webhooks.submit([events.order(world, "OrderStatusUpdate", order)])
    return Answer({"order": order["_id"], "changed": sorted(changes)})


def _raw_order(call: Call) -> Answer:
    """Put in an order exactly as given, to see what a reader makes of bad data."""
    world = call.world
    row = {"_id": world.object_id(), "altId": world.location_id, "altType": "location"} | call.body
    send = row.pop("webhooks", True)
    row.setdefault("createdAt", world.now())
    row.setdefault("updatedAt", row["createdAt"])
    row.setdefault("status", "completed")
    if world.orders.get(row["_id"]) is not None:
        raise bad_request(f"order {row['_id']} exists already")
    world.literal_orders.add(row["_id"])
    world.orders.add(row)
    if send:
        world.webhooks.submit([events.order(world, "OrderCreate", row)])
    return Answer({"order": row["_id"]}, 201)


def _show_faults(call: Call) -> Answer:
    shown = call.world.faults.as_dict()
    if "meanings" in call.query:
        return Answer({name: {"value": shown[name], "meaning": SWITCHES[name].meaning} for name in shown})
    return Answer(shown)


def _set_faults(call: Call) -> Answer:
    try:
        for name, value in call.body.items():
            call.world.faults.set(name, value)
    except NotFoundError as error:
        body = {"statusCode": 404, "message": str(error), "names": list(SWITCHES)}
        raise Refusal(404, body) from error
    except RejectedError as error:
        raise bad_request(str(error)) from error
    return Answer(call.world.faults.as_dict())


def _truth(call: Call) -> Answer:
    wanted = call.query.get("only")
    return Answer(truth(call.world, set(wanted.split(",")) if wanted else None))


async def _reset(call: Call) -> Answer:
    await call.world.reset()
    return Answer({"reset": True})


async def _flush(call: Call) -> Answer:
    timeout_s = float(call.body.get("timeout_s", 60))
    done = await call.world.webhooks.flush(timeout_s=timeout_s)
    return Answer(call.world.webhooks.counts.as_dict() | {"done": done})


async def _send(call: Call) -> Answer:
    """Send one body as given: ``body`` (JSON) or ``text`` (exact), ``signature`` good, wrong or none."""
    world, given = call.world, call.body
    raw = given["text"].encode() if "text" in given else jsonio.encode(given.get("body", {}))
    headers: dict[str, str] = {"Content-Type": "application/json"} | given.get("headers", {})
    kind: Any = given.get("signature", "good")
    if kind != "none":
        signed = raw + b" " if kind == "wrong" else raw
        headers |= world.webhooks.signer.headers(signed, world.faults, label="raw")
    if world.webhooks.url is None:
        raise bad_request("no webhook URL is set; POST /_twin/webhooks/url first")
    return Answer({"status": await world.webhooks.send_raw(raw, headers)})


def _url(call: Call) -> Answer:
    try:
        call.world.webhooks.point_at(call.body.get("url"))
    except SetupError as error:
        raise bad_request(str(error)) from error
    return Answer({"url": call.world.webhooks.url})


def _log(call: Call) -> Answer:
    """Show what was to be sent, oldest first, and what became of it."""
    return Answer({"events": call.world.webhooks.log()})


def _resend(call: Call) -> Answer:
    """Send again from the log: ``webhook_ids``, or without them everything that never arrived."""
    return Answer({"webhook_ids": call.world.webhooks.resend(call.body.get("webhook_ids"))})


ROUTES = [
    Route("POST", "/_twin/orders", _sell, control=True),
    Route("POST", "/_twin/orders/{id}/refund", _refund, control=True),
    Route("POST", "/_twin/orders/{id}/pay", _pay, control=True),
    Route("POST", "/_twin/orders/{id}/fulfil", _fulfil, control=True),
    Route("POST", "/_twin/orders/{id}/edit", _edit, control=True),
    Route("POST", "/_twin/raw_order", _raw_order, control=True),
    Route("GET", "/_twin/faults", _show_faults, control=True),
    Route("POST", "/_twin/faults", _set_faults, control=True),
    Route("GET", "/_twin/truth", _truth, control=True),
    Route("POST", "/_twin/reset", _reset, control=True),
    Route("POST", "/_twin/webhooks/flush", _flush, control=True),
    Route("POST", "/_twin/webhooks/send", _send, control=True),
    Route("POST", "/_twin/webhooks/url", _url, control=True),
    Route("GET", "/_twin/webhooks/log", _log, control=True),
    Route("POST", "/_twin/webhooks/resend", _resend, control=True),
    *edits.ROUTES,
    *oauth_controls.ROUTES,
]
