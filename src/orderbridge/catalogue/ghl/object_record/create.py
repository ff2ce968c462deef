"""An action: create a record of an object."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.object_record import FIELDS, OBJECT_KEY, RECORD, SCOPES

OPERATION = creating(
    id="ghl.object_record.create",
    title="Create a record of an object",
    description="Creates a record of a kind that the account made up: a place for what HighLevel has no field for.",
    call="POST /objects/{schemaKey}/records",
    fields={"schema_key": OBJECT_KEY} | needing(FIELDS, "properties"),
    record=RECORD,
    scopes=SCOPES,
    example={"schema_key": "custom_objects.kilns", "properties": {"name": "Big", "volume": 200}},
    example_output={
        "id": "66b0c0ffee0000000000d001",
        "verdict": "confirmed",
        "record": {"properties": {"name": "Big"}},
    },
)
