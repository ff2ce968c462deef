"""An action: change a record of an object."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.object_record import FIELDS, OBJECT_KEY, RECORD, RECORD_ID, SCOPES

OPERATION = changing(
    id="ghl.object_record.update",
    title="Change a record of an object",
    description="Changes fields of a record; fields that are not given stay.",
    call="PUT /objects/{schemaKey}/records/{id}",
    fields={"schema_key": OBJECT_KEY, "record_id": RECORD_ID} | FIELDS,
    record=RECORD,
    key="record_id",
    scopes=SCOPES,
    example={
        "schema_key": "custom_objects.kilns",
        "record_id": "66b0c0ffee0000000000d001",
        "properties": {"volume": 210},
    },
    example_output={
        "id": "66b0c0ffee0000000000d001",
        "verdict": "confirmed",
        "record": {"properties": {"volume": 210}},
    },
)
