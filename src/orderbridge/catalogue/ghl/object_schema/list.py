"""An action: list the kinds of records."""

from __future__ import annotations

from orderbridge.catalogue.ghl.object_schema import ROW
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.object_schema.list",
    title="List objects",
    description="Lists the kinds of records of this location, HighLevel's own and those that the account made up.",
    many=Listing(call="GET /objects/", rows="objects"),
    fields={},
    row=ROW,
    calls="1",
    example={},
    example_output={"rows": [{"key": "custom_objects.kilns"}], "count": 1, "more": False},
)
