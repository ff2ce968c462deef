"""Transactions: money that moved; nothing creates, changes or refunds one through the API."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, day, record_id, record_schema, text
from orderbridge.catalogue.paging import OFFSET, Listing

LIST = Listing(call="GET /payments/transactions", rows="data", paging=OFFSET)
FILTERS = {
    "entity_id": record_id("Only those of this order or invoice."),
    "contact_id": record_id("Only those of this contact."),
    "subscription_id": text("Only charges of this subscription, by the payment provider's own id."),
    "entity_source_type": text("Only those from this kind of source, such as funnel or invoice."),
    "payment_mode": choice("Only live or only test ones; left out, both come.", ["live", "test"]),
    "search": text("Part of a name, an address or an id."),
    "start_at": day("First day of creation, in UTC."),
    "end_at": day("Last day of creation, in UTC."),
}
ROW = record_schema(
    description="The transaction.",
    id="string",
    status="string",
    currency="string",
    amount="number",
    amount_refunded="number null",
    entity_id="string null",
    entity_type="string null",
    contact_id="string null",
    subscription_id="string null",
    charge_id="string null",
    created_at="string",
    updated_at="string",
)
