"""An action: remove a line item."""

from __future__ import annotations

from orderbridge.catalogue.act.line_item import LINE_ID, LINE_ITEM, OPPORTUNITY_ID, WRITE_PERMISSIONS
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.line_item.delete",
    title="Remove a line item",
    description="Removes a line from an opportunity, whose amount falls by it.",
    call="DELETE /api/opportunities/{opportunityId}/products/{productId}",
    fields=OPPORTUNITY_ID | LINE_ID,
    record=LINE_ITEM,
    key="line_item_id",
    permissions=WRITE_PERMISSIONS,
    example={
        "opportunity_id": "11111111-2222-3333-4444-555555555555",
        "line_item_id": "66666666-7777-8888-9999-000000000000",
    },
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"deleted": True},
    },
)
