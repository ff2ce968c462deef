"""An action: list line items."""

from __future__ import annotations

from orderbridge.catalogue.act.line_item import LIST, OPPORTUNITY_ID, PERMISSIONS, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.line_item.list",
    title="List line items",
    description="Lists what an opportunity sells; what a line comes to is its price after discount by its quantity.",
    many=LIST,
    fields=OPPORTUNITY_ID,
    row=ROW,
    permissions=PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output={
        "rows": [{"id": "66666666-7777-8888-9999-000000000000", "name": "Slate", "total": 1500}],
        "count": 1,
        "more": False,
    },
)
