"""An action: list coupons."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, text
from orderbridge.catalogue.ghl.coupon import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.coupon.list",
    title="List coupons",
    description="Lists the discount codes of this location.",
    many=LIST,
    fields={
        "status": choice("Only those in this state.", ["scheduled", "active", "expired"]),
        "search": text("Part of the name or of the code."),
    },
    row=ROW,
    example={"status": "active"},
    example_output={"rows": [{"code": "SPRING10"}], "count": 1, "more": False},
)
