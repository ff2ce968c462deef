"""A trigger: a price was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.price.deleted",
    record="price",
    title="A price was deleted",
    description="Gives the last known state. What our user can no longer see counts as deleted: only a look at the "
    "whole list together with a lookup by id finds it.",
    happens=deleted,
    webhooks=("PriceDelete",),
    polled="the prices of all products, every ten minutes",
    scopes=("products/prices.readonly",),
)
