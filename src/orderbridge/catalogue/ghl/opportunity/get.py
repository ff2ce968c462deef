"""An action: read one opportunity."""

from __future__ import annotations

from orderbridge.catalogue.ghl.opportunity import OPPORTUNITY_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.opportunity.get",
    title="Get an opportunity",
    description="Reads one deal with its contact and custom fields.",
    call="GET /opportunities/{id}",
    fields={"opportunity_id": OPPORTUNITY_ID},
    inside="opportunity",
    output=ROW,
    example={"opportunity_id": "yWQobCRIhRguQtD2llvk"},
    example_output={"id": "yWQobCRIhRguQtD2llvk", "name": "Kiln", "status": "open"},
)
