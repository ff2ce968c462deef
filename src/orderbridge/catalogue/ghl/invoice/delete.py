"""An action: delete a draft."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.invoice import INVOICE, INVOICE_ID, SCOPES

OPERATION = deleting(
    id="ghl.invoice.delete",
    title="Delete an invoice",
    description="Deletes a draft for good; an invoice that was sent is refused here, void it instead.",
    call="DELETE /invoices/{invoiceId}",
    fields={"invoice_id": INVOICE_ID},
    record=INVOICE,
    key="invoice_id",
    scopes=SCOPES,
    example={"invoice_id": "6a1b2c3d4e5f60718293a4c1"},
    example_output={"id": "6a1b2c3d4e5f60718293a4c1", "verdict": "confirmed", "record": {"deleted": True}},
)
