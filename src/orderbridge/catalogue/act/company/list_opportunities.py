"""An action: list the opportunities of a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import PERMISSIONS
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import COMPANY_ID, OPPORTUNITY_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="company",
    name="opportunities",
    title="List the opportunities of a company",
    description="Lists the opportunities that a company takes part in.",
    path="/api/companies/{companyId}/associated-opportunities",
    row=record_schema(
        description="The opportunity.",
        id="string",
        name="string null",
        status_name="string null",
        product_total="number null",
        stage="object null",
        edited="string null",
    ),
    sample=(COMPANY_ID, {"id": OPPORTUNITY_ID, "name": "Roof", "status_name": "Open"}),
    permissions=PERMISSIONS,
)
