"""An action: read a product."""

from __future__ import annotations

from orderbridge.catalogue.act.product import ID, PERMISSIONS, ROW
from orderbridge.catalogue.act.samples import PRODUCT_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.product.get",
    title="Get a product",
    description="Reads a product of the catalogue; a line item has an id of its own and names this one as product_id.",
    call="GET /api/Products/{id}",
    fields=ID,
    output=ROW,
    permissions=PERMISSIONS,
    example={"product_id": PRODUCT_ID},
    example_output={"id": PRODUCT_ID, "name": "Oak table", "item_number": "OAK-1", "price": 249},
)
