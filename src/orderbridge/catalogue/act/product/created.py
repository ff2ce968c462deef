"""A trigger: a product is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.product.created",
    record="product",
    title="A product is new",
    description="Fires once for what was made after the flow was switched on. This is the catalogue, not the lines of"
    " opportunities.",
    happens=created,
    polled="products by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
