"""A trigger: a product was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.product.deleted",
    record="product",
    title="A product was deleted",
    description="Gives the last known state. What our user can no longer see counts as deleted: only a look at the "
    "whole list together with a lookup by id finds it.",
    happens=deleted,
    webhooks=("ProductDelete",),
    polled="the list of all products, every ten minutes",
    scopes=("products.readonly",),
)
