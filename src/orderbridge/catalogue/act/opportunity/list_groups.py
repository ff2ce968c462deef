"""An action: list the groups of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import ID, PERMISSIONS
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.reads import listing
from orderbridge.catalogue.records import ODATA, Listing

OPERATION = listing(
    id="act.opportunity.list_groups",
    title="List the groups of an opportunity",
    description="Lists the groups that belong to an opportunity, those private to others left out.",
    many=Listing(
        call="GET /api/opportunities/{opportunityId}/associated-groups",
        paging=ODATA,
        page_rows=200,
        fixed={"$orderby": "id"},
    ),
    fields=ID,
    row=record_schema(description="The group.", id="string"),
    permissions=PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output={"rows": [{"id": "66666666-7777-8888-9999-000000000000"}], "count": 1, "more": False},
)
