"""An action: create a custom value."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.custom_value import FIELDS, SCOPES, VALUE

OPERATION = creating(
    id="ghl.custom_value.create",
    title="Create a custom value",
    description="Makes a text that pages and mails of this location can share; its key comes back with it.",
    call="POST /locations/{locationId}/customValues",
    fields=needing(FIELDS, "name", "value"),
    record=VALUE,
    scopes=SCOPES,
    example={"name": "Opening hours", "value": "9-17"},
    example_output={"id": "cv1", "verdict": "confirmed", "record": {"value": "9-17"}},
)
