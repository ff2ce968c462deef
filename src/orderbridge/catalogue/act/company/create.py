"""An action: create a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import COMPANY, FIELDS, WRITE_PERMISSIONS, sought
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing

OPERATION = creating(
    id="act.company.create",
    title="Create a company",
    description="Creates a company, even where one of the same name exists: act.company.find_or_create looks first.",
    call="POST /api/companies",
    fields=needing(FIELDS, "name"),
    record=COMPANY,
    search=sought,
    permissions=WRITE_PERMISSIONS,
    example={"name": "Northwind Ltd", "phone": "555-0100"},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"name": "Northwind Ltd"},
    },
)
