"""An action: delete an invoice schedule."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.invoice_schedule import SCHEDULE, SCHEDULE_ID, SCOPES

OPERATION = deleting(
    id="ghl.invoice_schedule.delete",
    title="Delete an invoice schedule",
    description="Deletes a schedule; one that runs is cancelled first, and the invoices that it made stay.",
    call="DELETE /invoices/schedule/{scheduleId}",
    fields={"schedule_id": SCHEDULE_ID},
    record=SCHEDULE,
    key="schedule_id",
    scopes=SCOPES,
    example={"schedule_id": "6a1b2c3d4e5f60718293a4c8"},
    example_output={"id": "6a1b2c3d4e5f60718293a4c8", "verdict": "confirmed", "record": {"deleted": True}},
)
