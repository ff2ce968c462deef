"""An action: create a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import COMPANY, FIELDS, WRITE_PERMISSIONS
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.writes import creating

OPERATION = creating(
    id="act.company.create",
    title="Create a company",
    description="Creates a company record; Act! does not look for one of the same name, so look first.",
    call="POST /api/companies",
    fields=needing(FIELDS, "name"),
    record=COMPANY,
    permissions=WRITE_PERMISSIONS,
    example={"name": "Northwind Ltd", "phone": "555-0100"},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"name": "Northwind Ltd"},
    },
)
