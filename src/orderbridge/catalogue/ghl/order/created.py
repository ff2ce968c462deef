"""A trigger: an order is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.order.created",
    record="order",
    title="An order is new",
    description="Fires once for an order made after the flow was switched on, however often its status moves within "
    "the first seconds.",
    happens=created,
    webhooks=("OrderCreate", "OrderStatusUpdate"),
    polled="the list of orders, every minute",
    scopes=("payments/orders.readonly", "payments/transactions.readonly"),
)
