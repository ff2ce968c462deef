"""An action: create an invoice schedule."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.ghl.invoice_schedule import NEW, SCHEDULE, SCOPES, completed

OPERATION = creating(
    id="ghl.invoice_schedule.create",
    title="Create an invoice schedule",
    description="Makes a draft of invoices that come again and again; nothing goes out before it is started.",
    call="POST /invoices/schedule",
    fields=NEW,
    record=SCHEDULE,
    fill=completed,
    search=lambda given: {"search": given["name"]},
    scopes=("contacts.readonly", *SCOPES),
    calls="3",
    example={
        "contact_id": "ocQHyuzHvysMo5N5VsXc",
        "name": "Studio hire",
        "currency": "USD",
        "items": [{"name": "Hour", "amount": 12.5, "qty": 8, "currency": "USD"}],
        "schedule": {"rrule": {"interval_type": "monthly", "interval": 1, "start_date": "2026-04-01"}},
    },
    example_output={
        "id": "6a1b2c3d4e5f60718293a4c8",
        "verdict": "confirmed",
        "record": {"status": "draft", "total": 100},
    },
)
