"""A trigger: an order is new or has changed."""

from __future__ import annotations

from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.order.changed",
    record="order",
    title="An order is new or has changed",
    description="Fires for every change of an order, with how far it is paid.",
    happens=lambda change, _given: not change.deleted,
    webhooks=("OrderCreate", "OrderStatusUpdate"),
    polled="the list of orders, every minute",
)
