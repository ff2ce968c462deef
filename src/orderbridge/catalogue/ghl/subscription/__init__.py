"""Subscriptions; the API only shows them: none can be made, paused or cancelled."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, day, record_id, record_schema, text
from orderbridge.catalogue.paging import OFFSET, Listing

LIST = Listing(call="GET /payments/subscriptions", rows="data", paging=OFFSET)
FILTERS = {
    "contact_id": record_id("Only those of this contact."),
    "entity_id": record_id("Only those of this order."),
    "entity_source_type": text("Only those from this kind of source, such as funnel."),
    "payment_mode": choice("Only live or only test ones; left out, both come.", ["live", "test"]),
    "search": text("Part of a name, an address or an id."),
    "start_at": day("First day of creation, in UTC."),
    "end_at": day("Last day of creation, in UTC."),
}
ROW = record_schema(
    description="The subscription.",
    id="string",
    subscription_id="string null",
    status="string",
    currency="string",
    amount="number",
    contact_id="string null",
    entity_id="string null",
    created_at="string",
)
