"""A trigger: a subscription was charged again."""

from __future__ import annotations

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change
from orderbridge.core.jsonio import JsonObject

_charged = became("status", "succeeded")


def _renewed(change: Change, given: JsonObject) -> bool:
    return bool(change.now("renewal")) and _charged(change, given)


OPERATION = on_change(
    id="ghl.subscription.renewed",
    record="transaction",
    title="A subscription was charged again",
    description="Derived, for HighLevel tells of no renewal: fires for a successful charge that follows an earlier "
    "one of the same subscription of an order, and gives the payment.",
    happens=_renewed,
    polled="the list of payments, every minute",
    part_of="order",
    scopes=("payments/transactions.readonly",),
)
