"""An action: change a price."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.price import FIELDS, PRICE, PRICE_ID, PRODUCT_ID, SCOPES, WHOLE

OPERATION = changing(
    id="ghl.price.update",
    title="Change a price",
    description="Changes a price for later sales; what is not given is sent as it is, for HighLevel wants the whole.",
    call="PUT /products/{productId}/price/{priceId}",
    fields={"product_id": PRODUCT_ID, "price_id": PRICE_ID} | FIELDS,
    record=PRICE,
    key="price_id",
    whole_record=WHOLE,
    scopes=SCOPES,
    example={
        "product_id": "6a1b2c3d4e5f60718293a4e1",
        "price_id": "6a1b2c3d4e5f60718293a4e2",
        "amount": 55,
    },
    example_output={"id": "6a1b2c3d4e5f60718293a4e2", "verdict": "confirmed", "record": {"amount": 55}},
)
