"""An action: read a user of Act!."""

from __future__ import annotations

from orderbridge.catalogue.act.samples import USER_ID
from orderbridge.catalogue.act.user import ROW
from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.user.get",
    title="Get a user",
    description="Reads a user with the role; what that role may do is in act.user.list_permissions.",
    call="GET /api/users/{id}",
    fields={"user_id": needed(record_id("The user.", wire="id"))},
    output=ROW,
    example={"user_id": USER_ID},
    example_output={"id": USER_ID, "display_name": "Chris Huffman", "role": "Administrator"},
)
