"""An action: list the contacts of a group."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import ROW
from orderbridge.catalogue.act.group import PERMISSIONS
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import CONTACT_ID, GROUP_ID

OPERATION = children(
    parent="group",
    name="contacts",
    title="List the contacts of a group",
    description="Lists the contacts that are in a group.",
    path="/api/groups/{groupId}/associated-contacts",
    row=ROW,
    sample=(GROUP_ID, {"id": CONTACT_ID, "full_name": "Ada Sample"}),
    permissions=PERMISSIONS,
)
