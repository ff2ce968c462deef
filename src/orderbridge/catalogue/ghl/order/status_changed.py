"""A trigger: the status of an order changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.order.status_changed",
    record="order",
    title="The status of an order changed",
    description="Fires when HighLevel's own status moves; how far an order is paid is no part of it.",
    happens=moved("status", told="OrderStatusUpdate"),
    webhooks=("OrderStatusUpdate",),
    polled="the list of orders, every minute",
    scopes=("payments/orders.readonly", "payments/transactions.readonly"),
)
