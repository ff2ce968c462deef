"""An action: create an invoice."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.ghl.invoice import INVOICE, NEW, SCOPES, completed

OPERATION = creating(
    id="ghl.invoice.create",
    title="Create an invoice",
    description=(
        "Makes a draft that nobody hears of; HighLevel works the totals out by itself and has no call that makes an "
        "order."
    ),
    call="POST /invoices/",
    fields=NEW,
    record=INVOICE,
    fill=completed,
    search=lambda given: {"contactId": given["contact_id"]},
    scopes=("contacts.readonly", *SCOPES),
    calls="3",
    example={
        "contact_id": "ocQHyuzHvysMo5N5VsXc",
        "name": "Order 4711",
        "currency": "USD",
        "issue_date": "2026-03-01",
        "items": [{"name": "Vase", "amount": 150.1, "qty": 1, "currency": "USD"}],
    },
    example_output={
        "id": "6a1b2c3d4e5f60718293a4c1",
        "verdict": "confirmed",
        "record": {"status": "draft", "total": 150.1},
    },
)
