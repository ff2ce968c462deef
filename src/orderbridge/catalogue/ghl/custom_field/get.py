"""An action: read one custom field."""

from __future__ import annotations

from orderbridge.catalogue.ghl.custom_field import FIELD_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.custom_field.get",
    title="Get a custom field",
    description="Reads one custom field of contacts or opportunities: its name, key, kind and what can be chosen.",
    call="GET /locations/{locationId}/customFields/{id}",
    fields={"custom_field_id": FIELD_ID},
    inside="customField",
    output=ROW,
    example={"custom_field_id": "cf1"},
    example_output={"id": "cf1", "name": "Act! contact id", "field_key": "contact.act_contact_id"},
)
