"""An action: link a contact to a company."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import LINK_PERMISSIONS
from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.samples import COMPANY_ID, CONTACT_ID

OPERATION = linking(
    id="act.contact.link_company",
    title="Link a contact to a company",
    description="Links a contact to a company; Act! then shows it in company_id, and the text in company stays.",
    parent="contact",
    child="company",
    link=True,
    sample=(CONTACT_ID, COMPANY_ID),
    permissions=LINK_PERMISSIONS,
)
