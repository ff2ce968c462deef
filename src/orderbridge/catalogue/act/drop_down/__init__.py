"""Drop-down lists: the values that people pick from."""

from __future__ import annotations

from orderbridge.catalogue.fields import flag, needed, needing, record_id, record_schema, rows, text
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record

WRITE_PERMISSIONS = ("Manage Drop-downs",)
LIST = Listing(call="GET /api/metadata/drop-down/lists", paging=ODATA, page_rows=500)
DROP_DOWN = Record(
    system="act", kind="drop_down", one="GET /api/metadata/drop-down/lists/{id}", many=LIST, match=("name",)
)
ID = {"drop_down_id": needed(record_id("The list.", wire="id"))}
_ITEM = needing(
    {"value": text("What is stored in the record.", minLength=1), "description": text("What it means.")},
    "value",
)
FIELDS = {
    "name": text("Name of the list.", minLength=1),
    "description": text("What it is for."),
    "is_editable": flag("Whether people may change the list."),
    "is_auto_insert": flag("Whether what somebody types becomes a value of the list."),
}

ITEMS = rows("Its values, in their order.", _ITEM)
ROW = record_schema(
    description="The list.",
    id="string",
    name="string null",
    type="string null",
    is_editable="boolean null",
    items="array null",
)
