"""An action: create an invoice template."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.ghl.invoice_template import NEW, SCOPES, TEMPLATE, completed

OPERATION = creating(
    id="ghl.invoice_template.create",
    title="Create an invoice template",
    description="Keeps items and small print that people can begin an invoice with.",
    call="POST /invoices/template",
    fields=NEW,
    record=TEMPLATE,
    fill=completed,
    search=lambda given: {"search": given["name"]},
    scopes=SCOPES,
    example={
        "name": "Weekend course",
        "currency": "USD",
        "items": [{"name": "Hour", "amount": 64.2, "qty": 2, "currency": "USD"}],
    },
    example_output={
        "id": "6a1b2c3d4e5f60718293a4c7",
        "verdict": "confirmed",
        "record": {"name": "Weekend course", "total": 128.4},
    },
)
