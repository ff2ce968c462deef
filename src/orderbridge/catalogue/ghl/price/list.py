"""An action: list the prices of a product."""

from __future__ import annotations

from orderbridge.catalogue.ghl.price import LIST, PRODUCT_ID, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.price.list",
    title="List the prices of a product",
    description="Lists what a product costs, in each currency and variant.",
    many=LIST,
    fields={"product_id": PRODUCT_ID},
    row=ROW,
    example={"product_id": "6a1b2c3d4e5f60718293a4e1"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4e2", "amount": 50.05, "currency": "USD"}],
        "count": 1,
        "more": False,
    },
)
