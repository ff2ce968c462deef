"""An action: change an invoice template."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.invoice_template import CHANGES, SCOPES, TEMPLATE, TEMPLATE_ID, WHOLE

OPERATION = changing(
    id="ghl.invoice_template.update",
    title="Change an invoice template",
    description="Changes a template for invoices that are made from now on; those that exist stay as they are.",
    call="PUT /invoices/template/{templateId}",
    fields={"template_id": TEMPLATE_ID} | CHANGES,
    record=TEMPLATE,
    key="template_id",
    whole_record=WHOLE,
    scopes=SCOPES,
    example={"template_id": "6a1b2c3d4e5f60718293a4c7", "name": "Weekend course, summer"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4c7",
        "verdict": "confirmed",
        "record": {"name": "Weekend course, summer"},
    },
)
