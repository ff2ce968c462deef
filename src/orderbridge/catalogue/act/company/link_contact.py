"""An action: link a company to a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.company import LINK_PERMISSIONS
from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.samples import COMPANY_ID, CONTACT_ID

OPERATION = linking(
    id="act.company.link_contact",
    title="Link a company to a contact",
    description="Links a contact to a company from the company's side; Act! then shows it in the contact's company_id.",
    parent="company",
    child="contact",
    link=True,
    sample=(COMPANY_ID, CONTACT_ID),
    permissions=LINK_PERMISSIONS,
)
