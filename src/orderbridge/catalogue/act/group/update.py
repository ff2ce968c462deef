"""An action: change a group."""

from __future__ import annotations

from orderbridge.catalogue.act.group import FIELDS, GROUP, ID, WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import GROUP_ID, written
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.group.update",
    title="Change a group",
    description="Changes fields of a group; who is in it is changed with add_contact and remove_contact.",
    call="PATCH /api/groups/{groupId}",
    fields=ID | FIELDS,
    record=GROUP,
    key="group_id",
    merged=("address", "custom_fields"),
    # Without it Act! answers an empty 400.
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
    example={"group_id": GROUP_ID, "description": "Once a month"},
    example_output=written(GROUP_ID, name="Newsletter"),
)
