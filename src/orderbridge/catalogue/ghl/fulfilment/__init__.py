"""Fulfilments: what of an order was handed over; addressed by price, and never changed or deleted."""

from __future__ import annotations

from orderbridge.catalogue.fields import flag, needed, number, record_id, record_schema, rows, text
from orderbridge.catalogue.ghl.order import ORDER_ID
from orderbridge.catalogue.operation import MESSAGES
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject

LIST = Listing(call="GET /payments/orders/{orderId}/fulfillments", rows="data")


def _by_price(row: JsonObject) -> JsonObject:
    # What goes in as a price id comes out as the whole price.
    return {
        "items": [
            {**item, "price_id": (item.get("price") or {}).get("id")} for item in row.get("items") or []
        ]
    }


FULFILMENT = Record(
    system="ghl", kind="fulfilment", one=None, inside="data", many=LIST, parents=("order_id",),
    match=("trackings", "items"), view=_by_price,
)  # fmt: skip

TRACKINGS = rows(
    "How it travels; empty for what was handed over in person.",
    {
        "tracking_number": text("The carrier's number."),
        "shipping_carrier": text("Who carries it."),
        "tracking_url": text("Where it can be followed."),
    },
)
NOTIFY = flag("Whether the customer gets HighLevel's mail about it.", effect=MESSAGES, proved=False)
NEW = {
    "order_id": ORDER_ID,
    "items": needed(
        rows(
            "What was handed over.",
            {
                "price_id": needed(record_id("The price under which it was sold.")),
                "qty": needed(number("How many pieces.", exclusiveMinimum=0)),
            },
            minItems=1,
        )
    ),
    "trackings": TRACKINGS,
    "notify_customer": NOTIFY,
}
ROW = record_schema(
    description="The fulfilment.", id="string", items="array", trackings="array", created_at="string"
)
