"""An action: list the reasons for lost opportunities."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema, text
from orderbridge.catalogue.paging import SKIP, Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.lost_reason.list",
    title="List reasons for lost opportunities",
    description="Lists why deals are lost in this location, for setting the status of one.",
    many=Listing(call="GET /opportunities/lost-reason", rows="lostReasons", paging=SKIP),
    fields={"name": text("Only the one of this name.")},
    row=record_schema(description="The reason.", id="string", name="string"),
    example={},
    example_output={"rows": [{"id": "5f1b2c3d", "name": "Too dear"}], "count": 1, "more": False},
)
