"""An action: delete a price."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.price import PRICE, PRICE_ID, PRODUCT_ID, SCOPES

OPERATION = deleting(
    id="ghl.price.delete",
    title="Delete a price",
    description="Deletes a price; subscriptions that began with it go on as they are.",
    call="DELETE /products/{productId}/price/{priceId}",
    fields={"product_id": PRODUCT_ID, "price_id": PRICE_ID},
    record=PRICE,
    key="price_id",
    scopes=SCOPES,
    example={"product_id": "6a1b2c3d4e5f60718293a4e1", "price_id": "6a1b2c3d4e5f60718293a4e2"},
    example_output={"id": "6a1b2c3d4e5f60718293a4e2", "verdict": "confirmed", "record": {"deleted": True}},
)
