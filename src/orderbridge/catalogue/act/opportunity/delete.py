"""An action: delete an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import ID, OPPORTUNITY, WRITE_PERMISSIONS
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.opportunity.delete",
    title="Delete an opportunity",
    description="Deletes an opportunity with its line items for good; Act! has no bin to take it from again.",
    call="DELETE /api/opportunities/{opportunityId}",
    fields=ID,
    record=OPPORTUNITY,
    key="opportunity_id",
    permissions=WRITE_PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"deleted": True},
    },
)
