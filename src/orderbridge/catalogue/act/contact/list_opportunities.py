"""An action: list the opportunities of a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import PERMISSIONS
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import CONTACT_ID, OPPORTUNITY_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="contact",
    name="opportunities",
    title="List the opportunities of a contact",
    description="Lists the opportunities that a contact takes part in.",
    path="/api/contacts/{contactId}/associated-opportunities",
    row=record_schema(
        description="The opportunity.",
        id="string",
        name="string null",
        status_name="string null",
        product_total="number null",
        stage="object null",
        edited="string null",
    ),
    sample=(CONTACT_ID, {"id": OPPORTUNITY_ID, "name": "Roof", "status_name": "Open"}),
    permissions=PERMISSIONS,
)
