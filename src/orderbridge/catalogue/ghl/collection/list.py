"""An action: list collections."""

from __future__ import annotations

from orderbridge.catalogue.fields import text
from orderbridge.catalogue.ghl.collection import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.collection.list",
    title="List collections",
    description="Lists the groups of products in the shop; which products are in one stands at the product.",
    many=LIST,
    fields={"name": text("Part of the name.")},
    row=ROW,
    example={"name": "vase"},
    example_output={"rows": [{"id": "6a1b2c3d4e5f60718293a4f1", "name": "Vases"}], "count": 1, "more": False},
)
