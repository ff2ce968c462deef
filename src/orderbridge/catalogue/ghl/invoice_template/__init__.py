"""Templates: what invoices of one kind begin with."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, needing, record_id, record_schema, text
from orderbridge.catalogue.ghl import billing_fields as billing
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject

LIST = Listing(call="GET /invoices/template", rows="data", paging=OFFSET)
TEMPLATE = Record(
    system="ghl", kind="invoice_template", one="GET /invoices/template/{templateId}", id_name="templateId", many=LIST,
    match=("name", "currency"),
)  # fmt: skip
SCOPES = ("invoices/template.readonly", "invoices/template.write")
TEMPLATE_ID = needed(record_id("The template."))
CHANGES = {
    "name": billing.NAME,
    "currency": billing.CURRENCY,
    "items": billing.ITEMS,
    "discount": billing.DISCOUNT,
    "business_details": billing.BUSINESS,
    "title": text("The heading of its invoices."),
    "terms_notes": text("Small print; HTML.", proved=False),
}
WHOLE = ("name", "currency", "items", "discount", "business_details", "title")
NEW = needing(CHANGES, "name", "currency", "items") | {
    "invoice_number_prefix": text("Stands before the numbers of its invoices."),
}
ROW = record_schema(
    description="The template.", id="string", name="string", currency="string", total="number", items="array"
)


async def completed(_ctx: ActionContext, _given: JsonObject, _before: JsonObject) -> JsonObject:
    """Return what every template must carry and nobody wants to type."""
    return {"businessDetails": {}}
