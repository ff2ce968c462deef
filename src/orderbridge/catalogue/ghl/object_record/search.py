"""An action: search records of an object."""

from __future__ import annotations

from orderbridge.catalogue.fields import text
from orderbridge.catalogue.ghl.object_record import LIST, OBJECT_KEY, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.object_record.search",
    title="Search records of an object",
    description="Lists records of one kind; words are sought only in the fields that the object declares searchable.",
    many=LIST,
    fields={"schema_key": OBJECT_KEY, "query": text("Words that it holds.")},
    row=ROW,
    example={"schema_key": "custom_objects.kilns", "query": "big"},
    example_output={
        "rows": [{"id": "66b0c0ffee0000000000d001", "properties": {"name": "Big"}}],
        "count": 1,
        "more": False,
    },
)
