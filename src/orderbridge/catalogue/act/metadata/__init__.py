"""What a database has: fields, types, its version."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_schema, text
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record

RECORD_TYPE = {
    "record_type": needed(
        text("contact, company, group, opportunity, or the name of a custom table.", minLength=1)
    )
}
FIELD_LIST = Listing(call="GET /api/metadata/{recordType}/fields", paging=ODATA, page_rows=500)
FIELD = Record(
    system="act", kind="field", one="GET /api/metadata/{recordType}/fields/{id}", many=FIELD_LIST,
    parents=("record_type",), match=("display_name",),
)  # fmt: skip
FIELD_ROW = record_schema(
    description="The field; its key in custom_fields is column_name in lower case.",
    id="string",
    name="string null",
    display_name="string null",
    column_name="string null",
    type="string null",
    length="integer null",
    is_custom="boolean null",
    is_read_only="boolean null",
    picklist="object null",
)
