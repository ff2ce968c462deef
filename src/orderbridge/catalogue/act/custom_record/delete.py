"""An action: delete a row of a custom table."""

from __future__ import annotations

from orderbridge.catalogue.act.custom_record import CUSTOM_RECORD, ID, PERMISSIONS
from orderbridge.catalogue.act.samples import RECORD_ID
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.custom_record.delete",
    title="Delete a row of a custom table",
    description="Deletes a row for good; what it was linked to stays.",
    call="DELETE /api/custom/entities/{entityName}/{id}",
    fields=ID,
    record=CUSTOM_RECORD,
    key="record_id",
    permissions=PERMISSIONS,
    example={"table": "Payments", "record_id": RECORD_ID},
    example_output={"id": RECORD_ID, "verdict": "confirmed", "record": {"id": RECORD_ID, "deleted": True}},
)
