"""An action: change a business."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.business import BUSINESS, BUSINESS_ID, FIELDS, SCOPES

OPERATION = changing(
    id="ghl.business.update",
    title="Change a business",
    description="Changes fields of a company; what is not given stays.",
    call="PUT /businesses/{businessId}",
    fields={"business_id": BUSINESS_ID} | FIELDS,
    record=BUSINESS,
    key="business_id",
    scopes=SCOPES,
    example={"business_id": "63771dcac1116f0e21de8e12", "city": "Vienna"},
    example_output={"id": "63771dcac1116f0e21de8e12", "verdict": "confirmed", "record": {"city": "Vienna"}},
)
