"""An action: delete a record of an object."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.object_record import OBJECT_KEY, RECORD, RECORD_ID, SCOPES

OPERATION = deleting(
    id="ghl.object_record.delete",
    title="Delete a record of an object",
    description="Deletes a record with its relations; the kind of record stays.",
    call="DELETE /objects/{schemaKey}/records/{id}",
    fields={"schema_key": OBJECT_KEY, "record_id": RECORD_ID},
    record=RECORD,
    key="record_id",
    scopes=SCOPES,
    example={"schema_key": "custom_objects.kilns", "record_id": "66b0c0ffee0000000000d001"},
    example_output={"id": "66b0c0ffee0000000000d001", "verdict": "confirmed", "record": {"deleted": True}},
)
