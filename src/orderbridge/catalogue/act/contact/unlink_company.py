"""An action: unlink a contact from a company."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import LINK_PERMISSIONS
from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.samples import COMPANY_ID, CONTACT_ID

OPERATION = linking(
    id="act.contact.unlink_company",
    title="Unlink a contact from a company",
    description="Takes the link between a contact and a company away; both records stay.",
    parent="contact",
    child="company",
    link=False,
    sample=(CONTACT_ID, COMPANY_ID),
    permissions=LINK_PERMISSIONS,
)
