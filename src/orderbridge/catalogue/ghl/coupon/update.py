"""An action: change a coupon."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.ghl.coupon import COUPON, FIELDS

OPERATION = changing(
    id="ghl.coupon.update",
    title="Change a coupon",
    description="Changes a discount code; what is not given stays as it is.",
    call="PUT /payments/coupon",
    fields={"coupon_id": needed(record_id("The coupon.", wire="id"))} | FIELDS,
    record=COUPON,
    key="coupon_id",
    whole_record=("name", "code", "discount_type", "discount_value", "start_date"),
    example={"coupon_id": "6a1b2c3d4e5f60718293a4b5", "usage_limit": 100},
    example_output={"id": "6a1b2c3d4e5f60718293a4b5", "verdict": "confirmed", "record": {"usage_limit": 100}},
)
