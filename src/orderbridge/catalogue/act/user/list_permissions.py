"""An action: list what a user may do."""

from __future__ import annotations

from orderbridge.catalogue.act.samples import USER_ID, listed
from orderbridge.catalogue.act.user import ID, PERMISSION_ROW
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.user.list_permissions",
    title="List the permissions of a user",
    description="Lists what a user may do in effect, role and single permissions taken together.",
    many=Listing(call="GET /api/users/{userId}/permissions", paging=ODATA, page_rows=500),
    fields=ID,
    row=PERMISSION_ROW,
    most=500,
    example={"user_id": USER_ID},
    example_output=listed(id="feature-041", name="Web API Access", is_allowed=True),
)
