"""An action: delete an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.opportunity import OPPORTUNITY, OPPORTUNITY_ID, SCOPES

OPERATION = deleting(
    id="ghl.opportunity.delete",
    title="Delete an opportunity",
    description="Deletes a deal for good; to close one, set its status.",
    call="DELETE /opportunities/{id}",
    fields={"opportunity_id": OPPORTUNITY_ID},
    record=OPPORTUNITY,
    key="opportunity_id",
    scopes=SCOPES,
    example={"opportunity_id": "yWQobCRIhRguQtD2llvk"},
    example_output={"id": "yWQobCRIhRguQtD2llvk", "verdict": "confirmed", "record": {"deleted": True}},
)
