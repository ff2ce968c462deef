"""Relations: which records belong together; none is read by its own id, only by one of its records."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.paging import SKIP, Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /associations/relations/{recordId}", rows="relations", paging=SKIP)
RELATION = Record(
    system="ghl", kind="relation", one=None, many=LIST, parents=("record_id",),
    match=("association_id", "first_record_id", "second_record_id"),
)  # fmt: skip
SCOPES = ("associations/relation.readonly", "associations/relation.write")
ROW = record_schema(
    description="The relation.",
    id="string",
    association_id="string null",
    first_record_id="string null",
    second_record_id="string null",
)
