"""An action: read who sees an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import ID, PERMISSIONS
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.opportunity.get_access",
    title="Read who sees an opportunity",
    description="Reads whether an opportunity is public, private, or open to some people only, and to whom.",
    call="GET /api/opportunities/{opportunityId}/access",
    fields=ID,
    output=record_schema(description="Who sees it.", type="string", accessors="array null"),
    permissions=PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output={"type": "Public", "accessors": []},
)
