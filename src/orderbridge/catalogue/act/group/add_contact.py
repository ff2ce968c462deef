"""An action: add a contact to a group."""

from __future__ import annotations

from orderbridge.catalogue.act.group import WRITE_PERMISSIONS
from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.samples import CONTACT_ID, GROUP_ID

OPERATION = linking(
    id="act.group.add_contact",
    title="Add a contact to a group",
    description="Puts a contact into a group, once however often it is asked for.",
    parent="group",
    child="contact",
    link=True,
    sample=(GROUP_ID, CONTACT_ID),
    permissions=WRITE_PERMISSIONS,
)
