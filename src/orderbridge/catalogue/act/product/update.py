"""An action: change a product."""

from __future__ import annotations

from orderbridge.catalogue.act.product import FIELDS, ID, PRODUCT, WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import PRODUCT_ID, written
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.product.update",
    title="Change a product",
    description="Changes a product of the catalogue; line items that were made of it keep their old price.",
    call="PATCH /api/Products/{id}",
    fields=ID | FIELDS,
    record=PRODUCT,
    key="product_id",
    # Without it Act! answers an empty 400.
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
    example={"product_id": PRODUCT_ID, "price": 259},
    example_output=written(PRODUCT_ID, name="Oak table", price=259),
)
