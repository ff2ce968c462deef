"""An action: read a line item."""

from __future__ import annotations

from orderbridge.catalogue.act.line_item import LINE_ID, OPPORTUNITY_ID, PERMISSIONS, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.line_item.get",
    title="Read a line item",
    description="Reads one line of an opportunity by the line's own id, which is not that of the product.",
    call="GET /api/opportunities/{opportunityId}/products/{productId}",
    fields=OPPORTUNITY_ID | LINE_ID,
    output=ROW,
    permissions=PERMISSIONS,
    example={
        "opportunity_id": "11111111-2222-3333-4444-555555555555",
        "line_item_id": "66666666-7777-8888-9999-000000000000",
    },
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "name": "Slate",
        "price": 15,
        "quantity": 100,
    },
)
