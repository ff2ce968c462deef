"""An action: read one business."""

from __future__ import annotations

from orderbridge.catalogue.ghl.business import BUSINESS_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.business.get",
    title="Get a business",
    description="Reads one company of this location.",
    call="GET /businesses/{businessId}",
    fields={"business_id": BUSINESS_ID},
    inside="business",
    output=ROW,
    example={"business_id": "63771dcac1116f0e21de8e12"},
    example_output={"id": "63771dcac1116f0e21de8e12", "name": "Kiln & Co"},
)
