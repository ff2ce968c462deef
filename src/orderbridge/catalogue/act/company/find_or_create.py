"""Find a company by its name, or create it; never guess between two."""

from __future__ import annotations

from orderbridge.catalogue.act.company import COMPANY, FIELDS, WRITE_PERMISSIONS, sought
from orderbridge.catalogue.act.company.create import OPERATION as CREATE
from orderbridge.catalogue.act.finding import found_or_created
from orderbridge.catalogue.act.samples import COMPANY_ID

OPERATION = found_or_created(
    id="act.company.find_or_create",
    title="Find or create a company",
    description="Finds a company by its name, in any case, or creates it with the given fields; one that is found "
    "stays as it is, and where several have the name it is left to a person.",
    record=COMPANY,
    fields=FIELDS,
    by="name",
    sought=sought,
    create=CREATE,
    permissions=WRITE_PERMISSIONS,
    example={"name": "Northwind Ltd", "phone": "201-555-0100"},
    sample=COMPANY_ID,
)
