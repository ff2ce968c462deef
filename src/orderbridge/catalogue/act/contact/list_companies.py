"""An action: list the companies of a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.company import ROW
from orderbridge.catalogue.act.contact import PERMISSIONS
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import COMPANY_ID, CONTACT_ID

OPERATION = children(
    parent="contact",
    name="companies",
    title="List the companies of a contact",
    description="Lists the companies that a contact is linked to, beside the one in company_id.",
    path="/api/contacts/{contactId}/associated-companies",
    row=ROW,
    sample=(CONTACT_ID, {"id": COMPANY_ID, "name": "Northwind Ltd"}),
    permissions=PERMISSIONS,
)
