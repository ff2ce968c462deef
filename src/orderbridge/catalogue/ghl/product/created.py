"""A trigger: a product is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.product.created",
    record="product",
    title="A product is new",
    description="Fires for products made by hand, by an import and by a shop alike.",
    happens=created,
    webhooks=("ProductCreate",),
    polled="the list of all products, every ten minutes",
    scopes=("products.readonly",),
)
