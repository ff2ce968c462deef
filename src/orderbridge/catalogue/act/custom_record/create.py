"""An action: create a row of a custom table."""

from __future__ import annotations

from orderbridge.catalogue.act.custom_record import CUSTOM_RECORD, FIELDS, PERMISSIONS, TABLE
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID, written
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing

OPERATION = creating(
    id="act.custom_record.create",
    title="Create a row of a custom table",
    description="Adds a row to a custom table and links it; a key that the table does not have comes out as ignored.",
    call="POST /api/custom/entities/{entityName}",
    fields=TABLE | needing(FIELDS, "fields"),
    record=CUSTOM_RECORD,
    permissions=PERMISSIONS,
    example={
        "table": "Payments",
        "fields": {"reference": "t-1042", "amount": 498},
        "contact_ids": [CONTACT_ID],
    },
    example_output=written(RECORD_ID, reference="t-1042", amount=498),
)
