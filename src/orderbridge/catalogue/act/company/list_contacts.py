"""An action: list the contacts of a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import PERMISSIONS
from orderbridge.catalogue.act.contact import ROW
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import COMPANY_ID, CONTACT_ID

OPERATION = children(
    parent="company",
    name="contacts",
    title="List the contacts of a company",
    description="Lists the contacts that are linked to a company.",
    path="/api/companies/{companyId}/associated-contacts",
    row=ROW,
    sample=(COMPANY_ID, {"id": CONTACT_ID, "full_name": "Ada Sample"}),
    permissions=PERMISSIONS,
)
