"""An action: read a record of an object."""

from __future__ import annotations

from orderbridge.catalogue.ghl.object_record import OBJECT_KEY, RECORD_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.object_record.get",
    title="Get a record of an object",
    description="Reads one record; the kind of record must be named too.",
    call="GET /objects/{schemaKey}/records/{id}",
    fields={"schema_key": OBJECT_KEY, "record_id": RECORD_ID},
    inside="record",
    output=ROW,
    example={"schema_key": "custom_objects.kilns", "record_id": "66b0c0ffee0000000000d001"},
    example_output={"id": "66b0c0ffee0000000000d001", "properties": {"name": "Big"}},
)
