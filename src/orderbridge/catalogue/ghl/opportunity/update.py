"""An action: change an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.opportunity import CHANGES, OPPORTUNITY, OPPORTUNITY_ID, SCOPES

OPERATION = changing(
    id="ghl.opportunity.update",
    title="Change an opportunity",
    description="Changes fields of a deal; one change makes HighLevel send several webhooks.",
    call="PUT /opportunities/{id}",
    fields={"opportunity_id": OPPORTUNITY_ID} | CHANGES,
    record=OPPORTUNITY,
    key="opportunity_id",
    scopes=SCOPES,
    example={"opportunity_id": "yWQobCRIhRguQtD2llvk", "monetary_value": 1200},
    example_output={
        "id": "yWQobCRIhRguQtD2llvk",
        "verdict": "confirmed",
        "record": {"monetary_value": 1200},
    },
)
