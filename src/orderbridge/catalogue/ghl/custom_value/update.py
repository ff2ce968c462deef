"""An action: change a custom value."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.custom_value import FIELDS, SCOPES, VALUE, VALUE_ID

OPERATION = changing(
    id="ghl.custom_value.update",
    title="Change a custom value",
    description="Changes a shared text everywhere at once: on every page and in every mail that is sent from now on.",
    call="PUT /locations/{locationId}/customValues/{id}",
    fields={"custom_value_id": VALUE_ID} | FIELDS,
    record=VALUE,
    key="custom_value_id",
    whole_record=("name", "value"),
    scopes=SCOPES,
    example={"custom_value_id": "cv1", "value": "8-17"},
    example_output={"id": "cv1", "verdict": "confirmed", "record": {"value": "8-17"}},
)
