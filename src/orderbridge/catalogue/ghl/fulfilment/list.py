"""An action: list the fulfilments of an order."""

from __future__ import annotations

from orderbridge.catalogue.ghl.fulfilment import LIST, ROW
from orderbridge.catalogue.ghl.order import ORDER_ID
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.fulfilment.list",
    title="List the fulfilments of an order",
    description="Lists what of an order was handed over; no webhook ever tells of it.",
    many=LIST,
    fields={"order_id": ORDER_ID},
    row=ROW,
    calls="1",
    example={"order_id": "6a1b2c3d4e5f60718293a4b5"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4b7", "items": [{"name": "Vase", "qty": 1}]}],
        "count": 1,
        "more": False,
    },
)
