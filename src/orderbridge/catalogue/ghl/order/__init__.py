"""Orders; HighLevel has no call that creates one, what we make is an invoice and is called so."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, day, needed, record_id, record_schema, text
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /payments/orders", rows="data", paging=OFFSET)
ORDER = Record(
    system="ghl", kind="order", one="GET /payments/orders/{orderId}", id_name="orderId", many=LIST
)  # fmt: skip

ORDER_ID = needed(record_id("The order."))
FILTERS = {
    "status": text("Only orders in this state, such as pending or completed."),
    "payment_status": choice(
        "Only orders that are paid so far; rows do not show it.",
        ["paid", "unpaid", "refunded", "partially_paid"],
    ),
    "payment_mode": choice("Only live orders or only test orders; left out, both come.", ["live", "test"]),
    "contact_id": record_id("Only orders of this contact."),
    "source_id": record_id("Only orders of this funnel, form or page."),
    "search": text("Part of the name."),
    "start_at": day("First day of creation, in UTC."),
    "end_at": day("Last day of creation, in UTC."),
}
ROW = record_schema(
    description="The order.",
    id="string",
    status="string",
    currency="string",
    amount="number",
    contact_id="string null",
    contact_name="string null",
    source_type="string null",
    fulfillment_status="string null",
    created_at="string",
    updated_at="string",
)
