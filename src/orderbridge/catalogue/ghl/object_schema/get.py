"""An action: read one kind of record with its fields."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, text
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.object_schema.get",
    title="Get an object",
    description="Reads one kind of record with its fields, whose keys records of that kind want.",
    call="GET /objects/{key}",
    fields={"schema_key": needed(text("Its key, such as custom_objects.kilns.", minLength=1, wire="key"))},
    fixed={"fetchProperties": "true"},
    output={
        "type": "object",
        "properties": {"object": {"type": "object"}, "fields": {"type": ["array", "null"]}},
        "required": ["object"],
    },
    example={"schema_key": "custom_objects.kilns"},
    example_output={"object": {"key": "custom_objects.kilns"}, "fields": [{"name": "Volume"}]},
)
