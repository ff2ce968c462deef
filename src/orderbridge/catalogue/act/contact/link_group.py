"""An action: put a contact into a group."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import WRITE_PERMISSIONS
from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.samples import CONTACT_ID, GROUP_ID

OPERATION = linking(
    id="act.contact.link_group",
    title="Put a contact into a group",
    description="Puts a contact into a group, once however often it is asked for.",
    parent="contact",
    child="group",
    link=True,
    sample=(CONTACT_ID, GROUP_ID),
    permissions=WRITE_PERMISSIONS,
)
