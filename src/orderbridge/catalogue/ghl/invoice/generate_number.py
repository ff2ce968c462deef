"""An action: ask for the next invoice number."""

from __future__ import annotations

from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.invoice.generate_number",
    title="Generate an invoice number",
    description="Tells the number that the next invoice would get; it is not reserved, two callers may hear the same.",
    call="GET /invoices/generate-invoice-number",
    fields={},
    output={"type": "object", "properties": {"invoice_number": {"type": ["integer", "string"]}}},
    example={},
    example_output={"invoice_number": 1001},
)
