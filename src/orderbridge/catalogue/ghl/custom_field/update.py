"""An action: change a custom field."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.custom_field import CHANGES, FIELD, FIELD_ID, SCOPES

OPERATION = changing(
    id="ghl.custom_field.update",
    title="Change a custom field",
    description="Renames or moves a custom field; its key and its values in all records stay.",
    call="PUT /locations/{locationId}/customFields/{id}",
    fields={"custom_field_id": FIELD_ID} | CHANGES,
    record=FIELD,
    key="custom_field_id",
    whole_record=("name",),
    scopes=SCOPES,
    example={"custom_field_id": "cf1", "name": "Number in Act!"},
    example_output={"id": "cf1", "verdict": "confirmed", "record": {"name": "Number in Act!"}},
)
