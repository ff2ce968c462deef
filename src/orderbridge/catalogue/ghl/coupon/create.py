"""An action: create a coupon."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.ghl.coupon import COUPON, NEW

OPERATION = creating(
    id="ghl.coupon.create",
    title="Create a coupon",
    description="Makes a discount code that customers can use at a checkout of this location.",
    call="POST /payments/coupon",
    fields=NEW,
    record=COUPON,
    search=lambda given: {"search": given["code"]},
    example={
        "name": "Spring",
        "code": "SPRING10",
        "discount_type": "percentage",
        "discount_value": 10,
        "start_date": "2026-03-01T00:00:00Z",
    },
    example_output={"id": "6a1b2c3d4e5f60718293a4b5", "verdict": "confirmed", "record": {"code": "SPRING10"}},
)
