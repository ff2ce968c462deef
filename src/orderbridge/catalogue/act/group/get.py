"""An action: read a group."""

from __future__ import annotations

from orderbridge.catalogue.act.group import ID, PERMISSIONS, ROW
from orderbridge.catalogue.act.samples import GROUP_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.group.get",
    title="Get a group",
    description="Reads a group; its contacts field is a head-count, act.group.list_contacts has the people.",
    call="GET /api/groups/{groupId}",
    fields=ID,
    output=ROW,
    permissions=PERMISSIONS,
    example={"group_id": GROUP_ID},
    example_output={"id": GROUP_ID, "name": "Newsletter", "contacts": 12},
)
