"""An action: list subscriptions."""

from __future__ import annotations

from orderbridge.catalogue.ghl.subscription import FILTERS, LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.subscription.list",
    title="List subscriptions",
    description="Lists subscriptions, newest first; when the next charge falls due is in none of them.",
    many=LIST,
    fields=FILTERS,
    row=ROW,
    example={"payment_mode": "live"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4b9", "subscription_id": "sub_1", "status": "active"}],
        "count": 1,
        "more": False,
    },
)
