"""Users of Act!, and what they may do. Nothing here changes them: each one occupies a licence."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id, record_schema
from orderbridge.catalogue.paging import ODATA, Listing

LIST = Listing(call="GET /api/users", paging=ODATA, page_rows=500)
ROW = record_schema(
    description="The user.",
    id="string",
    username="string null",
    display_name="string null",
    role="string null",
    email="string null",
    status="string null",
    last_log_on_date="string null",
)
PERMISSION_ROW = record_schema(
    description="A permission that the user has.",
    id="string",
    name="string null",
    alias="string null",
    is_allowed="boolean null",
    type="string null",
)
ID = {"user_id": needed(record_id("The user."))}
