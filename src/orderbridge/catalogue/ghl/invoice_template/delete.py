"""An action: delete an invoice template."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.invoice_template import SCOPES, TEMPLATE, TEMPLATE_ID

OPERATION = deleting(
    id="ghl.invoice_template.delete",
    title="Delete an invoice template",
    description="Deletes a template; invoices that were begun with it stay.",
    call="DELETE /invoices/template/{templateId}",
    fields={"template_id": TEMPLATE_ID},
    record=TEMPLATE,
    key="template_id",
    scopes=SCOPES,
    example={"template_id": "6a1b2c3d4e5f60718293a4c7"},
    example_output={"id": "6a1b2c3d4e5f60718293a4c7", "verdict": "confirmed", "record": {"deleted": True}},
)
