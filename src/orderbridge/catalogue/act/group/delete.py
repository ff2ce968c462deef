"""An action: delete a group."""

from __future__ import annotations

from orderbridge.catalogue.act.group import GROUP, ID, PERMISSIONS
from orderbridge.catalogue.act.samples import GROUP_ID
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.group.delete",
    title="Delete a group",
    description="Deletes a group for good; the contacts in it stay.",
    call="DELETE /api/groups/{groupId}",
    fields=ID,
    record=GROUP,
    key="group_id",
    permissions=(*PERMISSIONS, "Delete My Groups", "Delete Other Users' Groups"),
    example={"group_id": GROUP_ID},
    example_output={"id": GROUP_ID, "verdict": "confirmed", "record": {"id": GROUP_ID, "deleted": True}},
)
