"""An action: create a product."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.product import FIELDS, PRODUCT, SCOPES

OPERATION = creating(
    id="ghl.product.create",
    title="Create a product",
    description="Creates a product without a price; HighLevel allows the same name twice, so look first.",
    call="POST /products/",
    fields=needing(FIELDS, "name", "product_type"),
    record=PRODUCT,
    search=lambda given: {"search": given["name"]},
    scopes=SCOPES,
    example={"name": "Vase", "product_type": "PHYSICAL"},
    example_output={"id": "6a1b2c3d4e5f60718293a4e1", "verdict": "confirmed", "record": {"name": "Vase"}},
)
