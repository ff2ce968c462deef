"""A trigger: a product changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.product.updated",
    record="product",
    title="A product changed",
    description="Fires for the product itself; a new amount is a change of its price.",
    happens=updated,
    webhooks=("ProductUpdate",),
    polled="the list of all products, every ten minutes",
    scopes=("products.readonly",),
)
