"""An action: read an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import ID, PERMISSIONS, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.opportunity.get",
    title="Read an opportunity",
    description="Reads one opportunity; its amount (product_total) is what its line items come to.",
    call="GET /api/opportunities/{opportunityId}",
    fields=ID,
    output=ROW,
    permissions=PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "name": "Roof",
        "status_name": "Open",
        "product_total": 1500,
    },
)
