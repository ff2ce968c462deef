"""An action: delete a product."""

from __future__ import annotations

from orderbridge.catalogue.act.product import ID, PERMISSIONS, PRODUCT
from orderbridge.catalogue.act.samples import PRODUCT_ID
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.product.delete",
    title="Delete a product",
    description="Deletes a product from the catalogue; line items that were made of it stay.",
    call="DELETE /api/Products/{id}",
    fields=ID,
    record=PRODUCT,
    key="product_id",
    permissions=(*PERMISSIONS, "Delete My Products", "Delete Other Users' Products"),
    example={"product_id": PRODUCT_ID},
    example_output={"id": PRODUCT_ID, "verdict": "confirmed", "record": {"id": PRODUCT_ID, "deleted": True}},
)
