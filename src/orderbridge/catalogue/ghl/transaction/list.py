"""An action: list transactions."""

from __future__ import annotations

from orderbridge.catalogue.ghl.transaction import FILTERS, LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.transaction.list",
    title="List transactions",
    description=(
        "Lists payments, newest first; a refund changes an old row and makes no new one, and several may belong to one "
        "order."
    ),
    many=LIST,
    fields=FILTERS,
    row=ROW,
    example={"entity_id": "6a1b2c3d4e5f60718293a4b5"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4b6", "status": "succeeded", "amount": 150.1}],
        "count": 1,
        "more": False,
    },
)
