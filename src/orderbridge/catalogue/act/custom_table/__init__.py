"""Custom tables: what the owner of a database added to it."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /api/metadata/entities", paging=ODATA, page_rows=500)
TABLE = Record(system="act", kind="custom_table", one=None, many=LIST, match=("name",))
ROW = record_schema(
    description="The table; parents is a text.",
    id="string",
    name="string null",
    display_name="string null",
    is_custom="boolean null",
    parents="string null",
    create_date="string null",
)
