"""An action: delete a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import COMPANY, ID, PERMISSIONS
from orderbridge.catalogue.act.samples import COMPANY_ID
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.company.delete",
    title="Delete a company",
    description="Deletes a company for good; its contacts stay, and Act! lets its user delete only companies that it "
    "manages itself, unless it has the further permission.",
    call="DELETE /api/companies/{companyId}",
    fields=ID,
    record=COMPANY,
    key="company_id",
    permissions=(*PERMISSIONS, "Delete My Companies", "Delete Other Users' Companies"),
    example={"company_id": COMPANY_ID},
    example_output={"id": COMPANY_ID, "verdict": "confirmed", "record": {"id": COMPANY_ID, "deleted": True}},
)
