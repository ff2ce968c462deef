"""An action: send an invoice."""

from __future__ import annotations

from orderbridge.catalogue.ghl.invoice import INVOICE, INVOICE_ID, SCOPES
from orderbridge.catalogue.ghl.sending import sending

OPERATION = sending(
    id="ghl.invoice.send",
    title="Send an invoice",
    description=(
        "Makes a draft a sent invoice without telling anybody; only where you ask for it the customer gets an e-mail "
        "or a text message."
    ),
    call="POST /invoices/{invoiceId}/send",
    document="invoice_id",
    document_field=INVOICE_ID,
    record=INVOICE,
    state="status",
    scopes=SCOPES,
    example={"invoice_id": "6a1b2c3d4e5f60718293a4c1", "user_id": "qXy7W2mBvN5KcL3pRtZ8"},
    example_output={"id": "6a1b2c3d4e5f60718293a4c1", "verdict": "confirmed", "record": {"status": "sent"}},
)
