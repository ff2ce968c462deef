"""An action: take a contact from an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.opportunity import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID, OPPORTUNITY_ID

OPERATION = linking(
    id="act.opportunity.unlink_contact",
    parent="opportunity",
    child="contact",
    link=False,
    title="Unlink a contact from an opportunity",
    description="Takes a contact from an opportunity; both records stay.",
    sample=(OPPORTUNITY_ID, CONTACT_ID),
    permissions=WRITE_PERMISSIONS,
)
