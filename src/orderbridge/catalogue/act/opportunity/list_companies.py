"""An action: list the companies of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.opportunity import PERMISSIONS
from orderbridge.catalogue.act.samples import COMPANY_ID, OPPORTUNITY_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="opportunity",
    name="companies",
    path="/api/opportunities/{opportunityId}/associated-companies",
    title="List the companies of an opportunity",
    description="Lists the companies that belong to an opportunity, those private to others left out.",
    row=record_schema(description="The company.", id="string"),
    sample=(OPPORTUNITY_ID, {"id": COMPANY_ID}),
    permissions=PERMISSIONS,
)
