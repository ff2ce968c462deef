"""An action: list the values of a drop-down list."""

from __future__ import annotations

from orderbridge.catalogue.act.samples import RECORD_ID, listed
from orderbridge.catalogue.fields import needed, record_id, record_schema
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.drop_down.list_items",
    title="List the values of a drop-down list",
    description="Lists what people can pick; records hold the value itself as a text, not its id.",
    many=Listing(call="GET /api/metadata/drop-down/lists/{list}/items", paging=ODATA, page_rows=500),
    fields={"drop_down_id": needed(record_id("The list.", wire="list"))},
    row=record_schema(description="A value.", id="string", value="string null"),
    most=1000,
    example={"drop_down_id": RECORD_ID},
    example_output=listed(id=RECORD_ID, value="Customer"),
)
