"""An action: list the groups of a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import PERMISSIONS
from orderbridge.catalogue.act.group import ROW
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import CONTACT_ID, GROUP_ID

OPERATION = children(
    parent="contact",
    name="groups",
    title="List the groups of a contact",
    description="Lists the groups that a contact is in; groups that fill themselves by a rule may not show.",
    path="/api/contacts/{contactId}/associated-groups",
    row=ROW,
    sample=(CONTACT_ID, {"id": GROUP_ID, "name": "Newsletter"}),
    permissions=PERMISSIONS,
)
