"""An action: read one product."""

from __future__ import annotations

from orderbridge.catalogue.ghl.product import PRODUCT_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.product.get",
    title="Get a product",
    description="Reads one product without its prices.",
    call="GET /products/{productId}",
    fields={"product_id": PRODUCT_ID},
    output=ROW,
    example={"product_id": "6a1b2c3d4e5f60718293a4e1"},
    example_output={"id": "6a1b2c3d4e5f60718293a4e1", "name": "Vase", "product_type": "PHYSICAL"},
)
