"""An action: read the description of a field."""

from __future__ import annotations

from orderbridge.catalogue.act.metadata import FIELD_ROW, RECORD_TYPE
from orderbridge.catalogue.act.samples import RECORD_ID
from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.metadata.get_field",
    title="Get a field's description",
    description="Reads what a field may hold: its type, its length, whether it may be written at all.",
    call="GET /api/metadata/{recordType}/fields/{id}",
    fields=RECORD_TYPE | {"field_id": needed(record_id("The field.", wire="id"))},
    output=FIELD_ROW,
    example={"record_type": "contact", "field_id": RECORD_ID},
    example_output={"id": RECORD_ID, "display_name": "Order currency", "type": "Character", "length": 3},
)
