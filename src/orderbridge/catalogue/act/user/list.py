"""An action: list the users of Act!."""

from __future__ import annotations

from orderbridge.catalogue.act.samples import USER_ID, listed
from orderbridge.catalogue.act.user import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.user.list",
    title="List users",
    description="Lists the users of the database, whose ids stand in record_manager_id and scheduled_for_id.",
    many=LIST,
    fields={},
    row=ROW,
    example={"limit": 50},
    example_output=listed(id=USER_ID, display_name="Chris Huffman", role="Administrator"),
)
