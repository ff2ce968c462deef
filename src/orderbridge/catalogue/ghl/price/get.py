"""An action: read one price."""

from __future__ import annotations

from orderbridge.catalogue.ghl.price import PRICE_ID, PRODUCT_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.price.get",
    title="Get a price",
    description="Reads one price; the product must be named too.",
    call="GET /products/{productId}/price/{priceId}",
    fields={"product_id": PRODUCT_ID, "price_id": PRICE_ID},
    output=ROW,
    example={"product_id": "6a1b2c3d4e5f60718293a4e1", "price_id": "6a1b2c3d4e5f60718293a4e2"},
    example_output={"id": "6a1b2c3d4e5f60718293a4e2", "amount": 50.05, "currency": "USD"},
)
