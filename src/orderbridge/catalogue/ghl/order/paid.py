"""A trigger: an order was paid in full."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.order.paid",
    record="order",
    title="An order was paid in full",
    description="Fires when its payments first come to its amount, however they were made; what was paid before the "
    "connection is known and does not fire.",
    happens=became("sale_state", "paid"),
    webhooks=("OrderCreate", "OrderStatusUpdate"),
    polled="the lists of orders and payments, every minute",
    scopes=("payments/orders.readonly", "payments/transactions.readonly"),
)
