"""An action: list the companies of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import ID, PERMISSIONS
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.reads import listing
from orderbridge.catalogue.records import ODATA, Listing

OPERATION = listing(
    id="act.opportunity.list_companies",
    title="List the companies of an opportunity",
    description="Lists the companies that belong to an opportunity, those private to others left out.",
    many=Listing(
        call="GET /api/opportunities/{opportunityId}/associated-companies",
        paging=ODATA,
        page_rows=200,
        fixed={"$orderby": "id"},
    ),
    fields=ID,
    row=record_schema(description="The company.", id="string"),
    permissions=PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output={"rows": [{"id": "66666666-7777-8888-9999-000000000000"}], "count": 1, "more": False},
)
