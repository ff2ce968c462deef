"""An action: list the inventory."""

from __future__ import annotations

from orderbridge.catalogue.fields import text
from orderbridge.catalogue.ghl.inventory import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.inventory.list",
    title="List the inventory",
    description="Lists how many pieces there are; only prices that count them are here, and the id is the price's.",
    many=LIST,
    fields={"search": text("Part of the name or of the SKU.")},
    row=ROW,
    example={"search": "V-1"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4e2", "sku": "V-1", "available_quantity": 7}],
        "count": 1,
        "more": False,
    },
)
