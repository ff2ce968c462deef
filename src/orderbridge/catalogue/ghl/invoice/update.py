"""An action: change an invoice."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.invoice import CHANGES, INVOICE, INVOICE_ID, SCOPES, WHOLE, kept

OPERATION = changing(
    id="ghl.invoice.update",
    title="Change an invoice",
    description=(
        "Changes an invoice that nobody has paid on; HighLevel wants the whole of it each time, so what you leave out "
        "is sent as it is."
    ),
    call="PUT /invoices/{invoiceId}",
    fields={"invoice_id": INVOICE_ID} | CHANGES,
    record=INVOICE,
    key="invoice_id",
    whole_record=WHOLE,
    fill=kept,
    scopes=SCOPES,
    example={"invoice_id": "6a1b2c3d4e5f60718293a4c1", "due_date": "2026-04-01"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4c1",
        "verdict": "confirmed",
        "record": {"due_date": "2026-04-01"},
    },
)
