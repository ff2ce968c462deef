"""A trigger: a payment was refunded."""

from __future__ import annotations

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.triggers import on_change
from orderbridge.core.jsonio import JsonObject


def _refunded(change: Change, _given: JsonObject) -> bool:
    if change.deleted or not change.now("refunded"):
        return False
    # An old payment of which nothing was known and that was edited since we listen: better one refund told that is
    # older than that edit than none.
    return change.created or change.touched or change.moved("refunded")


OPERATION = on_change(
    id="ghl.transaction.refunded",
    record="transaction",
    title="A payment was refunded",
    description="Fires each time more of a payment was given back; a refund makes no payment of its own, an old one "
    "changes.",
    happens=_refunded,
    polled="the list of payments, every minute",
    scopes=("payments/transactions.readonly",),
)
