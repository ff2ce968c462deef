"""A trigger: a product was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.product.deleted",
    record="product",
    title="A product was deleted",
    description="A record counts as deleted when a look at the whole list misses it and it is not found by its id; "
    "one that was made private looks the same to us.",
    happens=deleted,
    polled="a look at all of them, once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
