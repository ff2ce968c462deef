"""A trigger: a product changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.product.updated",
    record="product",
    title="A product changed",
    description="Fires for any other value; that Act! moves the edit time with every saving is no change. This is the"
    " catalogue, not the lines of opportunities.",
    happens=updated,
    polled="products by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
