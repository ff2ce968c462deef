"""An action: list the contacts of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.opportunity import PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID, OPPORTUNITY_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="opportunity",
    name="contacts",
    path="/api/opportunities/{opportunityId}/associated-contacts",
    title="List the contacts of an opportunity",
    description="Lists the contacts that belong to an opportunity, those private to others left out.",
    row=record_schema(description="The contact.", id="string"),
    sample=(OPPORTUNITY_ID, {"id": CONTACT_ID}),
    permissions=PERMISSIONS,
)
