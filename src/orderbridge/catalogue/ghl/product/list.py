"""An action: list products."""

from __future__ import annotations

from orderbridge.catalogue.fields import text
from orderbridge.catalogue.ghl.product import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.product.list",
    title="List products",
    description="Lists the products of this location; what they cost is read with their prices.",
    many=LIST,
    fields={"search": text("Part of the name.")},
    row=ROW,
    example={"search": "vase"},
    example_output={"rows": [{"id": "6a1b2c3d4e5f60718293a4e1", "name": "Vase"}], "count": 1, "more": False},
)
