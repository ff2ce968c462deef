"""An action: set the state of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.fields import choice, needed, record_id
from orderbridge.catalogue.ghl.opportunity import OPPORTUNITY, OPPORTUNITY_ID, SCOPES, STATES

OPERATION = acting(
    id="ghl.opportunity.set_status",
    title="Set the status of an opportunity",
    description="Makes a deal open, won, lost or abandoned, with the reason where it was lost.",
    call="PUT /opportunities/{id}/status",
    fields={
        "opportunity_id": OPPORTUNITY_ID,
        "status": needed(choice("Its new state.", STATES)),
        "lost_reason_id": record_id("Why it was lost (see ghl.lost_reason.list)."),
    },
    record=OPPORTUNITY,
    key="opportunity_id",
    until=lambda given, _before: {"status": given["status"]},
    scopes=SCOPES,
    example={"opportunity_id": "yWQobCRIhRguQtD2llvk", "status": "won"},
    example_output={"id": "yWQobCRIhRguQtD2llvk", "verdict": "confirmed", "record": {"status": "won"}},
)
