"""A trigger: a fulfilment is new or has changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import of_order
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.fulfilment.changed",
    record="fulfilment",
    title="A fulfilment is new or has changed",
    description="Fires when goods of an order were handed over; it is seen when the order moves.",
    happens=of_order(lambda change, _given: not change.deleted),
    part_of="order",
    webhooks=(),
    polled="with its order, when the order moves",
)
