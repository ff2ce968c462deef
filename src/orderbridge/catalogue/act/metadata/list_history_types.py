"""An action: list the types of history entries."""

from __future__ import annotations

from orderbridge.catalogue.act.samples import listed
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.reads import listing
from orderbridge.catalogue.records import ODATA, Listing

OPERATION = listing(
    id="act.metadata.list_history_types",
    title="List history types",
    description="Lists the types of history entries; their ids differ from database to database, and an entry without "
    "one becomes 0, Call Attempted.",
    many=Listing(call="GET /api/history-types", paging=ODATA, page_rows=500),
    fields={},
    row=record_schema(
        description="The type.",
        id="integer",
        name="string null",
        activity_type_name="string null",
        is_active="boolean null",
        is_user_recordable="boolean null",
    ),
    example={"limit": 200},
    example_output=listed(id=71, name="Payment", is_active=True),
)
