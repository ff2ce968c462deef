"""Find a product by its number, or create it; never guess between two."""

from __future__ import annotations

from orderbridge.catalogue.act.finding import found_or_created
from orderbridge.catalogue.act.product import FIELDS, PRODUCT, WRITE_PERMISSIONS, sought
from orderbridge.catalogue.act.product.create import OPERATION as CREATE
from orderbridge.catalogue.act.samples import PRODUCT_ID
from orderbridge.catalogue.fields import needing

OPERATION = found_or_created(
    id="act.product.find_or_create",
    title="Find or create a product",
    description="Finds a product by its number, in any case, or creates it with the given fields; one that is found "
    "stays as it is, and where several have the number it is left to a person.",
    record=PRODUCT,
    fields=needing(FIELDS, "name"),
    by="item_number",
    sought=sought,
    create=CREATE,
    permissions=WRITE_PERMISSIONS,
    example={"item_number": "OAK-1", "name": "Oak table", "price": 249},
    sample=PRODUCT_ID,
)
