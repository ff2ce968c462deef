"""An action: delete a business."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.business import BUSINESS, BUSINESS_ID, SCOPES

OPERATION = deleting(
    id="ghl.business.delete",
    title="Delete a business",
    description="Deletes a company; its contacts stay and belong to none.",
    call="DELETE /businesses/{businessId}",
    fields={"business_id": BUSINESS_ID},
    record=BUSINESS,
    key="business_id",
    scopes=SCOPES,
    example={"business_id": "63771dcac1116f0e21de8e12"},
    example_output={"id": "63771dcac1116f0e21de8e12", "verdict": "confirmed", "record": {"deleted": True}},
)
