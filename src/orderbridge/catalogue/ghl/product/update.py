"""An action: change a product."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.product import FIELDS, PRODUCT, PRODUCT_ID, SCOPES, WHOLE

OPERATION = changing(
    id="ghl.product.update",
    title="Change a product",
    description="Changes fields of a product; what is not given stays, and so do its prices.",
    call="PUT /products/{productId}",
    fields={"product_id": PRODUCT_ID} | FIELDS,
    record=PRODUCT,
    key="product_id",
    whole_record=WHOLE,
    scopes=SCOPES,
    example={"product_id": "6a1b2c3d4e5f60718293a4e1", "name": "Vase, tall"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4e1",
        "verdict": "confirmed",
        "record": {"name": "Vase, tall"},
    },
)
