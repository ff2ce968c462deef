"""An action: list the notes of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import PERMISSIONS
from orderbridge.catalogue.fields import needed, record_id, record_schema
from orderbridge.catalogue.reads import listing
from orderbridge.catalogue.records import ODATA, Listing

OPERATION = listing(
    id="act.opportunity.list_notes",
    title="List the notes of an opportunity",
    description="Lists the notes on an opportunity, as plain text instead of Act!'s HTML.",
    many=Listing(
        call="GET /api/opportunities/{id}/notes",
        paging=ODATA,
        page_rows=200,
        fixed={"$orderby": "id", "format": "text"},
    ),
    fields={"opportunity_id": needed(record_id("The opportunity.", wire="id"))},
    row=record_schema(description="One of them.", id="string", note_text="string null"),
    permissions=PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output={
        "rows": [{"id": "66666666-7777-8888-9999-000000000000", "note_text": "Called"}],
        "count": 1,
        "more": False,
    },
)
