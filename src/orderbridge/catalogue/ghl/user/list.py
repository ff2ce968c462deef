"""An action: list the location's users."""

from __future__ import annotations

from orderbridge.catalogue.ghl.user import ROW
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.user.list",
    title="List users",
    description="Lists the users of this location, in whose name documents are sent; API version v3 drops it.",
    many=Listing(call="GET /users/", rows="users"),
    fields={},
    row=ROW,
    calls="1",
    example={},
    example_output={"rows": [{"id": "qXy7W2mBvN5KcL3pRtZ8", "name": "Ada Byron"}], "count": 1, "more": False},
)
