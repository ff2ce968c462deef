"""An action: read one invoice template."""

from __future__ import annotations

from orderbridge.catalogue.ghl.invoice_template import ROW, TEMPLATE_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.invoice_template.get",
    title="Get an invoice template",
    description="Reads one template with its items; no call makes an invoice of it, so copy them into one.",
    call="GET /invoices/template/{templateId}",
    fields={"template_id": TEMPLATE_ID},
    output=ROW,
    example={"template_id": "6a1b2c3d4e5f60718293a4c7"},
    example_output={"id": "6a1b2c3d4e5f60718293a4c7", "name": "Weekend course", "currency": "USD"},
)
