"""An action: cancel an invoice schedule."""

from __future__ import annotations

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.ghl.invoice_schedule import SCHEDULE, SCHEDULE_ID, SCOPES

OPERATION = acting(
    id="ghl.invoice_schedule.cancel",
    title="Cancel an invoice schedule",
    description="Ends a schedule that was started; invoices that went out already stay and can still be paid.",
    call="POST /invoices/schedule/{scheduleId}/cancel",
    fields={"schedule_id": SCHEDULE_ID},
    record=SCHEDULE,
    key="schedule_id",
    # Both spellings of the word are in use over there.
    until=lambda _given, _before: {"cancelled": True},
    view=lambda row, _given: row | {"cancelled": str(row.get("status")).startswith("cancel")},
    scopes=SCOPES,
    example={"schedule_id": "6a1b2c3d4e5f60718293a4c8"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4c8",
        "verdict": "confirmed",
        "record": {"status": "cancelled"},
    },
)
