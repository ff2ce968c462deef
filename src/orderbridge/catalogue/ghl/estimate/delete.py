"""An action: delete an estimate."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.estimate import ESTIMATE, ESTIMATE_ID, SCOPES

OPERATION = deleting(
    id="ghl.estimate.delete",
    title="Delete an estimate",
    description="Deletes a quote for good, whatever its state; an invoice that was made of it stays.",
    call="DELETE /invoices/estimate/{estimateId}",
    fields={"estimate_id": ESTIMATE_ID},
    record=ESTIMATE,
    key="estimate_id",
    scopes=SCOPES,
    example={"estimate_id": "6a1b2c3d4e5f60718293a4d1"},
    example_output={"id": "6a1b2c3d4e5f60718293a4d1", "verdict": "confirmed", "record": {"deleted": True}},
)
