"""An action: read a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import ID, PERMISSIONS, ROW
from orderbridge.catalogue.act.samples import COMPANY_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.company.get",
    title="Get a company",
    description="Reads a company with its three addresses; one that is private to somebody else looks deleted.",
    call="GET /api/companies/{companyId}",
    fields=ID,
    output=ROW,
    permissions=PERMISSIONS,
    example={"company_id": COMPANY_ID},
    example_output={"id": COMPANY_ID, "name": "Northwind Ltd"},
)
