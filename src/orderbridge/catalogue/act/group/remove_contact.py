"""An action: remove a contact from a group."""

from __future__ import annotations

from orderbridge.catalogue.act.group import WRITE_PERMISSIONS
from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.samples import CONTACT_ID, GROUP_ID

OPERATION = linking(
    id="act.group.remove_contact",
    title="Remove a contact from a group",
    description="Takes a contact out of a group; the contact itself stays.",
    parent="group",
    child="contact",
    link=False,
    sample=(GROUP_ID, CONTACT_ID),
    permissions=WRITE_PERMISSIONS,
)
