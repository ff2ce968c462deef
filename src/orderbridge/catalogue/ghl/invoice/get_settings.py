"""An action: read the location's settings for invoices."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.invoice.get_settings",
    title="Get the settings for invoices",
    description="Reads what new invoices begin with: heading, prefix of the number, days until due, small print.",
    call="GET /invoices/settings",
    fields={},
    output=record_schema(
        description="The settings.",
        title="string null",
        invoice_number_prefix="string null",
        due_after_x_days="number null",
        terms_note="string null",
    ),
    example={},
    example_output={"title": "INVOICE", "invoice_number_prefix": "INV-", "due_after_x_days": 14},
)
