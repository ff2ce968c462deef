"""An action: read one coupon."""

from __future__ import annotations

from orderbridge.catalogue.fields import object_of, record_id, text
from orderbridge.catalogue.ghl.coupon import ROW
from orderbridge.catalogue.reads import reading

_FIELDS = {
    "coupon_id": record_id("The coupon.", wire="id"),
    "code": text("What the customer types.", minLength=1),
}

OPERATION = reading(
    id="ghl.coupon.get",
    title="Get a coupon",
    description="Reads a discount code by its id or by what the customer types; one of the two is enough.",
    call="GET /payments/coupon",
    fields=_FIELDS,
    input_schema=object_of(_FIELDS) | {"minProperties": 1},
    output=ROW,
    example={"code": "SPRING10"},
    example_output={"id": "6a1b2c3d4e5f60718293a4b5", "code": "SPRING10", "discount_value": 10},
)
