"""A trigger: a payment was refunded."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.transaction.refunded",
    record="transaction",
    title="A payment was refunded",
    description="Fires each time more of a payment was given back; a refund makes no payment of its own, an old one "
    "changes.",
    happens=lambda change, _given: (
        moved("refunded")(change, {}) or (change.created and bool(change.now("refunded")))
    ),
    polled="the list of payments, every minute",
    scopes=("payments/transactions.readonly",),
)
