"""An action: create a custom field."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.custom_field import FIELD, NEW, SCOPES

OPERATION = creating(
    id="ghl.custom_field.create",
    title="Create a custom field",
    description="Gives contacts or opportunities a field of your own; from here it can be renamed and never deleted.",
    call="POST /locations/{locationId}/customFields",
    fields=needing(NEW, "name", "data_type", "model"),
    record=FIELD,
    scopes=SCOPES,
    example={"name": "Act! contact id", "data_type": "TEXT", "model": "contact"},
    example_output={"id": "cf1", "verdict": "confirmed", "record": {"name": "Act! contact id"}},
)
