"""A trigger: a price changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.price.updated",
    record="price",
    title="A price changed",
    description="Fires when the amount, the name or the stock of a variant is another.",
    happens=updated,
    webhooks=("PriceUpdate",),
    polled="the prices of all products, every ten minutes",
    scopes=("products/prices.readonly",),
)
