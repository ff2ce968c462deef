"""An action: say who sees an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import ID, WRITE_PERMISSIONS
from orderbridge.catalogue.fields import choice, needed
from orderbridge.catalogue.records import Record
from orderbridge.catalogue.writes import changing

OPERATION = changing(
    id="act.opportunity.set_access",
    title="Make an opportunity public or private",
    description="Shows an opportunity to everybody or to its record manager only; orderbridge no longer sees a "
    "private one of somebody else.",
    call="PUT /api/opportunities/{opportunityId}/access",
    fields=ID | {"type": needed(choice("Who sees it.", ["Public", "Private"]))},
    record=Record(
        system="act",
        kind="opportunity_access",
        one="GET /api/opportunities/{opportunityId}/access",
        id_name="opportunityId",
    ),
    key="opportunity_id",
    permissions=WRITE_PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555", "type": "Private"},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"type": "Private"},
    },
)
