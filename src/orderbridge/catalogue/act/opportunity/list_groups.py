"""An action: list the groups of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.opportunity import PERMISSIONS
from orderbridge.catalogue.act.samples import GROUP_ID, OPPORTUNITY_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="opportunity",
    name="groups",
    path="/api/opportunities/{opportunityId}/associated-groups",
    title="List the groups of an opportunity",
    description="Lists the groups that belong to an opportunity, those private to others left out.",
    row=record_schema(description="The group.", id="string"),
    sample=(OPPORTUNITY_ID, {"id": GROUP_ID}),
    permissions=PERMISSIONS,
)
