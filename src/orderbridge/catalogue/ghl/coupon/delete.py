"""An action: delete a coupon."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.ghl.coupon import COUPON

OPERATION = deleting(
    id="ghl.coupon.delete",
    title="Delete a coupon",
    description="Deletes a discount code for good; orders that used it keep their discount.",
    call="DELETE /payments/coupon",
    fields={"coupon_id": needed(record_id("The coupon.", wire="id"))},
    record=COUPON,
    key="coupon_id",
    example={"coupon_id": "6a1b2c3d4e5f60718293a4b5"},
    example_output={"id": "6a1b2c3d4e5f60718293a4b5", "verdict": "confirmed", "record": {"deleted": True}},
)
