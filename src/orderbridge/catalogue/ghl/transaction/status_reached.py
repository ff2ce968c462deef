"""A trigger: a payment came to a status."""

from __future__ import annotations

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.fields import texts
from orderbridge.catalogue.happens import of_order
from orderbridge.catalogue.triggers import on_change
from orderbridge.core.jsonio import JsonObject


def _reached(change: Change, given: JsonObject) -> bool:
    wanted = given.get("statuses") or []
    if change.deleted or (wanted and change.now("status") not in wanted):
        return False
    return change.created or change.moved("status")


OPERATION = on_change(
    id="ghl.transaction.status_reached",
    record="transaction",
    title="A payment came to a status",
    description="Fires when a charge of an order is first seen with a status and each time it moves to another one; "
    "payments of before the connection are known and do not fire.",
    happens=of_order(_reached),
    part_of="order",
    fields={"statuses": texts("Only these, such as succeeded and failed; left out or empty, every status.")},
    polled="the list of payments, every minute",
    scopes=("payments/transactions.readonly",),
    example={"statuses": ["failed"]},
)
