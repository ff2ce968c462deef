"""An action: change a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import ADDRESSES, COMPANY, FIELDS, ID, WRITE_PERMISSIONS
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.company.update",
    title="Change a company",
    description="Changes fields of a company; what is not given stays, the other lines of an address too.",
    call="PATCH /api/companies/{companyId}",
    fields=ID | FIELDS,
    record=COMPANY,
    key="company_id",
    merged=(*ADDRESSES, "custom_fields"),
    # Without it Act! answers an empty 400.
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
    example={"company_id": "11111111-2222-3333-4444-555555555555", "industry": "Retail"},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"industry": "Retail"},
    },
)
