"""An action: unlink a company from a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.company import LINK_PERMISSIONS
from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.samples import COMPANY_ID, CONTACT_ID

OPERATION = linking(
    id="act.company.unlink_contact",
    title="Unlink a company from a contact",
    description="Takes the link between a company and a contact away; both records stay.",
    parent="company",
    child="contact",
    link=False,
    sample=(COMPANY_ID, CONTACT_ID),
    permissions=LINK_PERMISSIONS,
)
