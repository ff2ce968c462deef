"""A trigger: a payment is new or has changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import of_order
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.transaction.changed",
    record="transaction",
    title="A payment is new or has changed",
    description="Fires for every charge, refund and change of status; HighLevel tells nobody, so payments are polled.",
    happens=of_order(lambda change, _given: not change.deleted),
    part_of="order",
    webhooks=(),
    polled="the list of transactions, every minute",
)
