"""An action: create a product."""

from __future__ import annotations

from orderbridge.catalogue.act.product import FIELDS, PRODUCT, WRITE_PERMISSIONS, sought
from orderbridge.catalogue.act.samples import PRODUCT_ID, written
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing

OPERATION = creating(
    id="act.product.create",
    title="Create a product",
    description="Creates a product in the catalogue; Act! does not look for one of the same number: "
    "act.product.find_or_create does.",
    call="POST /api/Products",
    fields=needing(FIELDS, "name"),
    record=PRODUCT,
    search=sought,
    permissions=WRITE_PERMISSIONS,
    example={"name": "Oak table", "item_number": "OAK-1", "price": 249, "cost": 120},
    example_output=written(PRODUCT_ID, name="Oak table", price=249),
)
