"""An action: take a contact out of a group."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import WRITE_PERMISSIONS
from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.samples import CONTACT_ID, GROUP_ID

OPERATION = linking(
    id="act.contact.unlink_group",
    title="Take a contact out of a group",
    description="Takes a contact out of a group; a group with a rule may take it in again.",
    parent="contact",
    child="group",
    link=False,
    sample=(CONTACT_ID, GROUP_ID),
    permissions=WRITE_PERMISSIONS,
)
