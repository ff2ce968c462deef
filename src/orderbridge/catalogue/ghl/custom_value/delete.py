"""An action: delete a custom value."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.custom_value import SCOPES, VALUE, VALUE_ID

OPERATION = deleting(
    id="ghl.custom_value.delete",
    title="Delete a custom value",
    description="Deletes a shared text; pages and mails that use it show nothing in its place.",
    call="DELETE /locations/{locationId}/customValues/{id}",
    fields={"custom_value_id": VALUE_ID},
    record=VALUE,
    key="custom_value_id",
    scopes=SCOPES,
    example={"custom_value_id": "cv1"},
    example_output={"id": "cv1", "verdict": "confirmed", "record": {"deleted": True}},
)
