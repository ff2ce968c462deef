"""An action: put a contact to an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.opportunity import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID, OPPORTUNITY_ID

OPERATION = linking(
    id="act.opportunity.link_contact",
    parent="opportunity",
    child="contact",
    link=True,
    title="Link a contact to an opportunity",
    description="Puts a contact to an opportunity beside those that are there.",
    sample=(OPPORTUNITY_ID, CONTACT_ID),
    permissions=WRITE_PERMISSIONS,
)
