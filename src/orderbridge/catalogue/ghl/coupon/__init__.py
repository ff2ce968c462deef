"""Coupons: discount codes."""

from __future__ import annotations

from orderbridge.catalogue.fields import (
    choice,
    flag,
    group,
    instant,
    money,
    needing,
    record_schema,
    text,
    texts,
    whole,
)
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /payments/coupon/list", rows="data", paging=OFFSET)
COUPON = Record(
    system="ghl", kind="coupon", one="GET /payments/coupon", many=LIST, match=("code",)
)  # fmt: skip

FIELDS = {
    "name": text("What your team calls it."),
    "code": text("What the customer types."),
    "discount_type": choice("How the discount is counted.", ["percentage", "amount"]),
    "discount_value": money("Percent, or an amount in the location's currency."),
    "start_date": instant("When it begins to work."),
    "end_date": instant("When it ends; left out, it does not end."),
    "usage_limit": whole("How often it can be used in all.", minimum=1),
    "product_ids": texts("Products that it is for; left out, it is for all."),
    "apply_to_future_payments": flag("Whether it also counts for later payments of a subscription."),
    "apply_to_future_payments_config": group(
        "For how long it counts for later payments.",
        {
            "type": choice("Without an end, or for a fixed time.", ["forever", "fixed"], required=True),
            "duration": whole("Number of months.", minimum=1),
            "duration_type": choice("Always months.", ["months"]),
        },
    ),
    # Goes in as a boolean and comes back as a number.
    "limit_per_customer": flag("Whether each customer can use it only once.", proved=False),
}
NEW = needing(FIELDS, "name", "code", "discount_type", "discount_value", "start_date")
ROW = record_schema(
    description="The coupon.",
    id="string",
    name="string",
    code="string",
    status="string",
    discount_type="string",
    discount_value="number",
    usage_count="number null",
)
