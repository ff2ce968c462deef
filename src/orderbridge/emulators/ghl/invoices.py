"""Invoices: totals, states, payments."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import quantized
from orderbridge.emulators.ghl import events, payments
from orderbridge.emulators.ghl.carts import Cart
from orderbridge.emulators.ghl.errors import bad_request, unprocessable
from orderbridge.emulators.ghl.sales import place_order, snapshot_of
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import exact, plain, stamp

DUE_AFTER_DAYS = 14
SOURCE: JsonObject = {"type": "invoice", "subType": "contact_view"}

# Asked for when creating, and given back as it came.
_KEPT = (
    "name", "currency", "businessDetails", "contactDetails", "issueDate", "dueDate", "discount",
    "termsNotes", "title", "liveMode", "sentTo", "automaticTaxesEnabled", "paymentSchedule",
    "lateFeesConfiguration", "tipsConfiguration", "invoiceNumberPrefix", "paymentMethods", "attachments",
    "miscellaneousCharges",
)  # fmt: skip


def totals(items: list[JsonObject], discount: JsonObject, currency: str) -> tuple[Decimal, Decimal, Decimal]:
    """Subtotal, discount and tax.

    A document discount is spread over every line in proportion, also over a line that somebody added to
    carry tax; the tax of a line is taken of what is left of it.
    """
    lines = [exact(item["amount"]) * exact(item["qty"]) for item in items]
    subtotal = sum(lines, Decimal(0))
    only = set(discount.get("validOnProductIds") or [])
    covered = [not only or item.get("productId") in only for item in items]
    base = sum((line for line, counts in zip(lines, covered, strict=True) if counts), Decimal(0))
    value = exact(discount.get("value", 0))
    taken = base * value / 100 if discount.get("type") == "percentage" else min(value, base)
    tax = Decimal(0)
    for item, line, counts in zip(items, lines, covered, strict=True):
        left = line - (taken * line / base if counts and base else 0)
        for rule in item.get("taxes") or []:
            rate = exact(rule["rate"])
            tax += left - left / (1 + rate / 100) if item.get("taxInclusive") else left * rate / 100
    try:
        return quantized(subtotal, currency), quantized(taken, currency), quantized(tax, currency)
    except BadRecordError:
        raise unprocessable(["currency must be a valid ISO4217 currency code"]) from None


def _inclusive(items: list[JsonObject]) -> bool:
    return any(item.get("taxInclusive") and item.get("taxes") for item in items)


def _money_of(body: JsonObject, items: list[JsonObject], paid: Decimal) -> JsonObject:
    subtotal, discount, tax = totals(items, body.get("discount") or {}, body["currency"])
    total = subtotal - discount + (Decimal(0) if _inclusive(items) else tax)
    return {
        "total": plain(total),
        "amountPaid": plain(paid),
        "amountDue": plain(total - paid),
        "totalSummary": {"subTotal": plain(subtotal), "discount": plain(discount), "tax": plain(tax)},
    }


def create(world: GhlWorld, body: JsonObject, *, at: datetime | None = None) -> JsonObject:
    """Make a draft; nobody is told."""
    moment = at or world.clock.now()
    contact_id = body["contactDetails"]["id"]
    contact = world.contacts.get(contact_id)
    if contact is None or contact["locationId"] != body["altId"]:
        raise bad_request(f"Contact not found for the given id {contact_id}")
    items = _with_ids(world, body["items"], moment)
    row: JsonObject = {
        "_id": world.object_id(moment),
        "status": "draft",
        "altId": body["altId"],
        "altType": "location",
        "businessDetails": {},
        "discount": {"type": "percentage", "value": 0},
        "title": "INVOICE",
        "dueDate": _due(body["issueDate"]),
        "automaticTaxesEnabled": False,
        "paymentSchedule": {},
    }
    row |= {name: body[name] for name in _KEPT if name in body}
    row |= {
        "invoiceNumber": _number(world, body.get("invoiceNumber")),
        "invoiceItems": items,
        "contactId": contact_id,
        "automaticTaxesCalculated": False,
        "createdAt": stamp(moment),
        "updatedAt": stamp(moment),
        **_money_of(row, items, Decimal(0)),
    }
    return world.invoices.add(row)


def replace(world: GhlWorld, row: JsonObject, body: JsonObject) -> JsonObject:
    """Put new content in the place of the old; paid and void invoices stay as they are."""
    if row["status"] in ("paid", "void", "partially_paid"):
        raise bad_request(f"Can not update {row['status']} invoice")
    items = _with_ids(world, body["invoiceItems"], world.clock.now())
    changes = {name: body[name] for name in _KEPT if name in body}
    if "contactDetails" in changes:
        changes["contactId"] = changes["contactDetails"]["id"]
    if body.get("invoiceNumber"):
        changes["invoiceNumber"] = _number(world, body["invoiceNumber"])
    money = _money_of({**row, **changes}, items, exact(row["amountPaid"]))
    return world.invoices.update(row, **changes, **money, invoiceItems=items, updatedAt=world.now())


def send(world: GhlWorld, row: JsonObject, action: str, *, at: datetime | None = None) -> JsonObject:
    """Make a draft sent; every action but ``send_manually`` reaches the customer."""
    if row["status"] in ("void", "paid"):
        raise bad_request(f"Can not send {row['status']} invoice")
    if action != "send_manually":
        world.messages.append({"kind": "invoice", "invoice_id": row["_id"], "action": action})
    if row["status"] != "draft" or (action == "send_manually" and not world.faults["send_manually_sends"]):
        return row
    moment = stamp(at or world.clock.now())
    return world.invoices.update(row, status="sent", sentAt=moment, updatedAt=moment)


def void(world: GhlWorld, row: JsonObject) -> JsonObject:
    """Take a sent invoice back."""
    if row["status"] == "draft":
        raise bad_request("Can not void draft invoice, delete it instead")
    if row["status"] == "void":
        raise bad_request("Invoice is already void")
    charges = world.transactions.where("entityId", row["_id"])
    if any(charge["paymentProvider"]["type"] != "manual" for charge in charges):
        raise bad_request("Can not void an invoice with payments of a provider, refund them first")
    return world.invoices.update(row, status="void", updatedAt=world.now())


def record_payment(
    world: GhlWorld,
    row: JsonObject,
    amount: Decimal,
    *,
    mode: str,
    recorded: bool = True,
    meta: object = None,
    fulfilled_at: str | None = None,
    at: datetime | None = None,
) -> JsonObject:
    """Add a payment; the invoice becomes partially paid or paid."""
    moment = at or world.clock.now()
    due = exact(row["amountDue"])
    if row["status"] == "paid" or (due <= 0 and row["status"] != "draft"):
        raise bad_request("Invoice is already paid")
    if row["status"] in ("draft", "void"):
        raise bad_request(f"Can not record payment for {row['status']} invoice")
    if amount <= 0 or amount > due:
        raise bad_request(f"Amount must be above 0 and not above the amount due, {due}")
    contact = world.contacts.get(row["contactId"]) or {}
    charge = payments.charge(
        world,
        row,
        amount,
        mode=mode,
        entity_type="invoice",
        recorded=recorded,
        at=moment,
        meta=meta,
        source=SOURCE | {"id": row["_id"], "name": row["name"]},
        snapshot=snapshot_of(contact) if contact else {},
    )
    if fulfilled_at:
        charge["fulfilledAt"] = fulfilled_at
    paid = exact(row["amountPaid"]) + amount
    left = exact(row["total"]) - paid
    return world.invoices.update(
        row,
        amountPaid=plain(paid),
        amountDue=plain(left),
        status="paid" if left <= 0 else "partially_paid",
        updatedAt=stamp(moment),
    )


def order_of_paid(world: GhlWorld, row: JsonObject) -> list[JsonObject]:
    """The order that a paid invoice makes where the switch says so, as the events to send.

    Whether the real service does this is unpublished; a reader must cope with both.
    """
    contact = world.contacts.get(row["contactId"])
    if not world.faults["invoice_makes_order"] or row["status"] != "paid" or contact is None:
        return []
    summary = row["totalSummary"]
    inclusive = _inclusive(row["invoiceItems"])
    cart = Cart(
        row["currency"],
        [_order_item(world, row, item) for item in row["invoiceItems"]],
        exact(summary["subTotal"]),
        exact(summary["discount"]),
        Decimal(0) if inclusive else exact(summary["tax"]),
        Decimal(0),
    )
    source = SOURCE | {"id": row["_id"], "name": row["name"]}
    order = place_order(world, cart, contact, at=world.clock.now(), live=row["liveMode"], source=source)
    made = [events.order(world, "OrderCreate", order)]
    world.orders.update(order, status="completed")
    return [*made, events.order(world, "OrderStatusUpdate", order)]


def view(row: JsonObject, *, summary: bool = False) -> JsonObject:
    """An invoice as answered; only by id and in lists with its totals."""
    hidden = {"contactId"} if summary else {"contactId", "totalSummary"}
    return {name: value for name, value in row.items() if name not in hidden}


def invoice_url(row: JsonObject) -> str:
    """Where the customer would pay."""
    return f"https://pay.customers.test/invoice/{row['_id']}"


def next_number(world: GhlWorld) -> int:
    """The number that the next invoice will get."""
    return world.invoice_numbers + 1


def _number(world: GhlWorld, given: str | None) -> int | str:
    if given:
        return int(given) if given.isdigit() else given
    world.invoice_numbers += 1
    return world.invoice_numbers


def _due(issue_date: str) -> str:
    return (date.fromisoformat(issue_date[:10]) + timedelta(days=DUE_AFTER_DAYS)).isoformat()


def _with_ids(world: GhlWorld, items: list[JsonObject], at: datetime) -> list[JsonObject]:
    return [{"_id": world.object_id(at), "taxes": [], **item} for item in items]


def _order_item(world: GhlWorld, row: JsonObject, item: JsonObject) -> JsonObject:
    return {
        "_id": world.object_id(),
        "name": item["name"],
        "qty": item["qty"],
        "locationId": row["altId"],
        "authorizeAmount": 0,
        "product": {
            "_id": item.get("productId") or world.object_id(),
            "locationId": row["altId"],
            "name": item["name"],
            "productType": "SERVICE",
            "createdAt": row["createdAt"],
            "updatedAt": row["createdAt"],
        },
        "price": {
            "_id": item.get("priceId") or world.object_id(),
            "name": item["name"],
            "type": "one_time",
            "currency": item["currency"],
            "amount": item["amount"],
        },
    }
