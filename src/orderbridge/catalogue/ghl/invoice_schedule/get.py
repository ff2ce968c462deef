"""An action: read one invoice schedule."""

from __future__ import annotations

from orderbridge.catalogue.ghl.invoice_schedule import ROW, SCHEDULE_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.invoice_schedule.get",
    title="Get an invoice schedule",
    description="Reads one schedule with its rule, its items, and the invoices that it made.",
    call="GET /invoices/schedule/{scheduleId}",
    fields={"schedule_id": SCHEDULE_ID},
    output=ROW,
    example={"schedule_id": "6a1b2c3d4e5f60718293a4c8"},
    example_output={"id": "6a1b2c3d4e5f60718293a4c8", "status": "draft", "name": "Studio hire"},
)
