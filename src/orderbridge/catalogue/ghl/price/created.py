"""A trigger: a price is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.price.created",
    record="price",
    title="A price is new",
    description="Fires for each variant of a product.",
    happens=created,
    webhooks=("PriceCreate",),
    polled="the prices of all products, every ten minutes",
    scopes=("products/prices.readonly",),
)
