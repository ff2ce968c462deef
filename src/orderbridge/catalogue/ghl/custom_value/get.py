"""An action: read one custom value."""

from __future__ import annotations

from orderbridge.catalogue.ghl.custom_value import ROW, VALUE_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.custom_value.get",
    title="Get a custom value",
    description="Reads one of the texts that pages and mails of this location share.",
    call="GET /locations/{locationId}/customValues/{id}",
    fields={"custom_value_id": VALUE_ID},
    inside="customValue",
    output=ROW,
    example={"custom_value_id": "cv1"},
    example_output={"id": "cv1", "name": "Opening hours", "value": "9-17"},
)
