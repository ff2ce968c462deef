"""A trigger: goods of an order were handed over."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.fulfilment.created",
    record="fulfilment",
    title="Goods of an order were handed over",
    description="Fires once for each fulfilment, with its tracking numbers; it is read with its order and no webhook "
    "tells of it.",
    happens=created,
    polled="with its order, whose status moves",
    part_of="order",
    scopes=("payments/orders.readonly",),
)
