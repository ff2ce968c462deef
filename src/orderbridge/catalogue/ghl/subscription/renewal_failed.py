"""A trigger: a later charge of a subscription failed."""

from __future__ import annotations

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change
from orderbridge.core.jsonio import JsonObject

_charged = became("status", "failed")


def _failed(change: Change, given: JsonObject) -> bool:
    return bool(change.now("renewal")) and _charged(change, given)


OPERATION = on_change(
    id="ghl.subscription.renewal_failed",
    record="transaction",
    title="A later charge of a subscription failed",
    description="Derived like a renewal: fires for a failed charge that follows an earlier one of the same "
    "subscription of an order, and gives the payment.",
    happens=_failed,
    polled="the list of payments, every minute",
    part_of="order",
    scopes=("payments/transactions.readonly",),
)
