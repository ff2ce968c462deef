"""Invoices of the seeded business: drafts, sent, partly paid, paid by hand and by card, and a void one."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import invoices
from orderbridge.emulators.ghl.shapes import full_name
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import exact, plain

# What became of it, currency, unit price, quantity, discount in percent.
_INVOICES = (
    ("draft", "USD", "249.95", "1", "0"),
    ("draft", "EUR", "80.40", "2.5", "10"),
    ("sent", "USD", "33.33", "3", "0"),
    ("partially_paid", "EUR", "615.05", "1", "0"),
    ("paid", "USD", "19.99", "7", "5"),
    ("paid", "JPY", "12800", "1", "0"),
    ("paid_by_card", "USD", "480.10", "1", "0"),
    ("void", "USD", "75.00", "1", "0"),
    ("test", "USD", "10.00", "1", "0"),
)


def add_invoices(world: GhlWorld, *, start: datetime, now: datetime) -> None:
    """Add one invoice of each kind, spread over the sixty days."""
    known = [row for row in world.contacts if row.get("email") and row.get("phone")]
    people = [row for row in known if row["locationId"] == world.location_id]
    for position, (outcome, *figures) in enumerate(_INVOICES):
        at = start + (now - start) * (position + 1) / (len(_INVOICES) + 2)
        row = invoices.create(world, _body(world, people[position * 3], at, outcome, *figures), at=at)
        _carry_on(world, row, outcome, at + timedelta(hours=2))


def _carry_on(world: GhlWorld, row: JsonObject, outcome: str, at: datetime) -> None:
    if outcome == "draft":
        return
    invoices.send(world, row, "send_manually", at=at)
    later = at + timedelta(days=1)
    due = exact(row["amountDue"])
    match outcome:
        case "partially_paid":
            invoices.record_payment(world, row, Decimal("215.05"), mode="bank_transfer", at=later)
        case "paid" | "test":
            invoices.record_payment(world, row, due, mode="cash", at=later)
        case "paid_by_card":
            invoices.record_payment(world, row, due, mode="card", recorded=False, at=later)
        case "void":
            invoices.void(world, row)


def _body(
    world: GhlWorld,
    contact: JsonObject,
    at: datetime,
    outcome: str,
    currency: str,
    price: str,
    quantity: str,
    discount: str,
) -> JsonObject:
    item = {
        "name": "Workshop for groups",
        "currency": currency,
        "amount": plain(Decimal(price)),
        "qty": plain(Decimal(quantity)),
        "type": "one_time",
    }
    return {
        "altId": world.location_id,
        "altType": "location",
        "name": f"Workshop {full_name(contact)}",
        "currency": currency,
        "businessDetails": {"name": "Cedar & Clay Studio"},
        "items": [item],
        "discount": {"type": "percentage", "value": plain(Decimal(discount))},
        "contactDetails": {
            "id": contact["id"],
            "name": full_name(contact),
            "email": contact["email"],
            "phoneNo": contact["phone"],
        },
        "issueDate": at.date().isoformat(),
        "sentTo": {"email": [contact["email"]]},
        "liveMode": outcome != "test",
    }
