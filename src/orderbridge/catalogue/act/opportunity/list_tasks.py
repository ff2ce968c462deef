"""An action: list the tasks of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import ID, PERMISSIONS
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.reads import listing
from orderbridge.catalogue.records import ODATA, Listing

OPERATION = listing(
    id="act.opportunity.list_tasks",
    title="List the tasks of an opportunity",
    description="Lists the tasks of an opportunity; a recurring one has a row for every occurrence.",
    many=Listing(
        call="GET /api/opportunities/{opportunityId}/associated-tasks",
        paging=ODATA,
        page_rows=200,
        fixed={"$orderby": "id", "format": "text"},
    ),
    fields=ID,
    row=record_schema(description="One of them.", id="string", subject="string null"),
    permissions=PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output={
        "rows": [{"id": "66666666-7777-8888-9999-000000000000", "subject": "Called"}],
        "count": 1,
        "more": False,
    },
)
