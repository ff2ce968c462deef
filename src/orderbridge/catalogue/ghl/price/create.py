"""An action: create a price."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.price import FIELDS, PRICE, PRODUCT_ID, SCOPES

OPERATION = creating(
    id="ghl.price.create",
    title="Create a price",
    description="Gives a product a price in one currency; your own number of the product belongs into its SKU.",
    call="POST /products/{productId}/price",
    fields={"product_id": PRODUCT_ID} | needing(FIELDS, "name", "type", "currency", "amount"),
    record=PRICE,
    scopes=SCOPES,
    example={
        "product_id": "6a1b2c3d4e5f60718293a4e1",
        "name": "Vase",
        "type": "one_time",
        "currency": "USD",
        "amount": 50.05,
        "sku": "V-1",
    },
    example_output={"id": "6a1b2c3d4e5f60718293a4e2", "verdict": "confirmed", "record": {"amount": 50.05}},
)
