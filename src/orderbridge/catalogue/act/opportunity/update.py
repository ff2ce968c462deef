"""An action: change an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import FIELDS, ID, OPPORTUNITY, WRITE_PERMISSIONS
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.opportunity.update",
    title="Change an opportunity",
    description="Changes fields of an opportunity; its amount cannot be written, only its line items can.",
    call="PATCH /api/opportunities/{opportunityId}",
    fields=ID | FIELDS,
    record=OPPORTUNITY,
    key="opportunity_id",
    merged=("custom_fields",),
    # Without it Act! answers an empty 400.
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555", "probability": 60},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"probability": 60},
    },
)
