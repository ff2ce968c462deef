"""An action: read one invoice."""

from __future__ import annotations

from orderbridge.catalogue.ghl.invoice import INVOICE_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.invoice.get",
    title="Get an invoice",
    description="Reads one invoice with its items and totals; its payments are transactions with its id as entity.",
    call="GET /invoices/{invoiceId}",
    fields={"invoice_id": INVOICE_ID},
    output=ROW,
    example={"invoice_id": "6a1b2c3d4e5f60718293a4c1"},
    example_output={"id": "6a1b2c3d4e5f60718293a4c1", "status": "draft", "total": 150.1},
)
