"""An action: delete a product."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.product import PRODUCT, PRODUCT_ID, SCOPES

OPERATION = deleting(
    id="ghl.product.delete",
    title="Delete a product",
    description="Deletes a product with its prices; orders and invoices keep what they were sold as.",
    call="DELETE /products/{productId}",
    fields={"product_id": PRODUCT_ID},
    record=PRODUCT,
    key="product_id",
    scopes=SCOPES,
    example={"product_id": "6a1b2c3d4e5f60718293a4e1"},
    example_output={"id": "6a1b2c3d4e5f60718293a4e1", "verdict": "confirmed", "record": {"deleted": True}},
)
