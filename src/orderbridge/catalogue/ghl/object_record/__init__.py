"""Records of custom objects; their fields are the account's own."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, owners_fields, record_id, record_schema, texts
from orderbridge.catalogue.ghl.object_schema import OBJECT_KEY
from orderbridge.catalogue.paging import PAGE, Listing
from orderbridge.catalogue.records import Record

__all__ = ("FIELDS", "LIST", "OBJECT_KEY", "RECORD", "RECORD_ID", "ROW", "SCOPES")

LIST = Listing(
    call="POST /objects/{schemaKey}/records/search",
    rows="records",
    paging=PAGE,
    limit_name="pageLimit",
    # Declared as required, and empty where they are not meant.
    fixed={"query": "", "searchAfter": []},
)
RECORD = Record(
    system="ghl", kind="object_record", one="GET /objects/{schemaKey}/records/{id}", inside="record", many=LIST,
    parents=("schema_key",), match=("properties",),
)  # fmt: skip
SCOPES = ("objects/record.readonly", "objects/record.write")
RECORD_ID = needed(record_id("The record.", wire="id"))
FIELDS = {
    "properties": owners_fields("Its fields by their keys, without the object's name before them."),
    "owner": texts("The user who looks after it; one at most."),
    "followers": texts("Users who follow it."),
}
ROW = record_schema(
    description="The record.", id="string", properties="object", owner="array null", followers="array null"
)
