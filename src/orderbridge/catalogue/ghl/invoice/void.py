"""An action: take a sent invoice back."""

from __future__ import annotations

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.ghl.invoice import INVOICE, INVOICE_ID, SCOPES
from orderbridge.catalogue.operation import MONEY, READS, WRITES

OPERATION = acting(
    id="ghl.invoice.void",
    title="Void an invoice",
    description="Takes a sent invoice back; a draft is deleted instead, and what was paid online is refunded first.",
    call="POST /invoices/{invoiceId}/void",
    fields={"invoice_id": INVOICE_ID},
    record=INVOICE,
    key="invoice_id",
    until=lambda _given, _before: {"status": "void"},
    effects=frozenset({READS, WRITES, MONEY}),
    scopes=SCOPES,
    example={"invoice_id": "6a1b2c3d4e5f60718293a4c1"},
    example_output={"id": "6a1b2c3d4e5f60718293a4c1", "verdict": "confirmed", "record": {"status": "void"}},
)
