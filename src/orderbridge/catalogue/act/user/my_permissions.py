"""An action: list what our own user may do."""

from __future__ import annotations

from orderbridge.catalogue.act.samples import listed
from orderbridge.catalogue.act.user import PERMISSION_ROW
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.user.my_permissions",
    title="List our own permissions",
    description="Lists what the user that orderbridge signs in as may do; compare it with what an operation names.",
    many=Listing(call="GET /api/permissions", paging=ODATA, page_rows=500),
    fields={},
    row=PERMISSION_ROW,
    most=500,
    example={"limit": 500},
    example_output=listed(id="feature-041", name="Web API Access", is_allowed=True),
)
