"""An action: record a payment of an invoice."""

from __future__ import annotations

from orderbridge.catalogue.fields import group, instant, text, texts
from orderbridge.catalogue.ghl.invoice import INVOICE, INVOICE_ID
from orderbridge.catalogue.ghl.recorded_payment import FIELDS, recording

OPERATION = recording(
    id="ghl.invoice.record_payment",
    title="Record a payment of an invoice",
    description=(
        "Notes money that was received elsewhere, once for each reference; it charges nobody, and waits while the "
        "customer is paying online."
    ),
    call="POST /invoices/{invoiceId}/record-payment",
    document=INVOICE,
    fields={"invoice_id": INVOICE_ID}
    | FIELDS
    | {
        "card": group(
            "The card, where it was one.",
            {"brand": text("Its brand."), "last4": text("Its last four digits.")},
        ),
        "fulfilled_at": instant("When the money came; left out, now."),
        "payment_schedule_ids": texts("Which instalments it pays."),
    },
    # Declared as required whatever the mode is.
    fixed={"card": {}, "cheque": {}},
    example={
        "invoice_id": "6a1b2c3d4e5f60718293a4c1",
        "reference": "receipt 4711",
        "amount": 50.05,
        "mode": "bank_transfer",
    },
)
