"""An action: list the divisions of a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import ID, PERMISSIONS
from orderbridge.catalogue.act.samples import COMPANY_ID, RECORD_ID, listed
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.company.list_divisions",
    title="List the divisions of a company",
    description="Lists what is directly below a company; each row holds its own divisions in turn.",
    many=Listing(call="GET /api/companies/{companyId}/divisions"),
    fields=ID,
    row=record_schema(
        description="A division.",
        id="string",
        name="string null",
        parent_id="string null",
        hierarchy_level="integer null",
        divisions="array null",
    ),
    permissions=PERMISSIONS,
    calls="1",
    example={"company_id": COMPANY_ID},
    example_output=listed(id=RECORD_ID, name="Northwind Leeds", divisions=[]),
)
