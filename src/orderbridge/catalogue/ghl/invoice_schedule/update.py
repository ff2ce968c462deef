"""An action: change an invoice schedule."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.invoice_schedule import CHANGES, SCHEDULE, SCHEDULE_ID, SCOPES, WHOLE, kept

OPERATION = changing(
    id="ghl.invoice_schedule.update",
    title="Change an invoice schedule",
    description="Changes a schedule that was not started; what is not given is sent as it is, for HighLevel wants all.",
    call="PUT /invoices/schedule/{scheduleId}",
    fields={"schedule_id": SCHEDULE_ID} | CHANGES,
    record=SCHEDULE,
    key="schedule_id",
    whole_record=WHOLE,
    fill=kept,
    scopes=SCOPES,
    example={"schedule_id": "6a1b2c3d4e5f60718293a4c8", "name": "Studio hire, mornings"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4c8",
        "verdict": "confirmed",
        "record": {"name": "Studio hire, mornings"},
    },
)
