"""An action: read a row of a custom table."""

from __future__ import annotations

from orderbridge.catalogue.act.custom_record import ID, PERMISSIONS, ROW
from orderbridge.catalogue.act.samples import RECORD_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.custom_record.get",
    title="Get a row of a custom table",
    description="Reads a row with the table's own fields at the top, under the owner's own keys.",
    call="GET /api/custom/entities/{entityName}/{id}",
    fields=ID,
    owners=True,
    output=ROW,
    permissions=PERMISSIONS,
    example={"table": "Payments", "record_id": RECORD_ID},
    example_output={"id": RECORD_ID, "reference": "t-1042", "amount": 498, "contacts": []},
)
