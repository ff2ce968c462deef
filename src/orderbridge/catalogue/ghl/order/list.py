"""An action: list orders."""

from __future__ import annotations

from orderbridge.catalogue.ghl.order import FILTERS, LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.order.list",
    title="List orders",
    description=(
        "Lists orders, newest first; rows have no items, and HighLevel has been seen to leave orders out that it "
        "shows by id."
    ),
    many=LIST,
    fields=FILTERS,
    row=ROW,
    example={"payment_status": "unpaid", "payment_mode": "live"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4b5", "status": "pending", "amount": 150.1}],
        "count": 1,
        "more": False,
    },
)
