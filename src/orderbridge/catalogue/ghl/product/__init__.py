"""Products; what they cost stands in their prices."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, flag, needed, record_id, record_schema, text, texts
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record

# Where no limit is given HighLevel takes 0.
LIST = Listing(call="GET /products/", rows="products", paging=OFFSET)
PRODUCT = Record(
    system="ghl", kind="product", one="GET /products/{productId}", id_name="productId", many=LIST,
    match=("name", "product_type"),
)  # fmt: skip
SCOPES = ("products.readonly", "products.write")
PRODUCT_ID = needed(record_id("The product."))
TYPES = ["PHYSICAL", "DIGITAL", "SERVICE", "PHYSICAL/DIGITAL"]
FIELDS = {
    "name": text("Name.", minLength=1),
    "product_type": choice("What kind of thing it is.", TYPES),
    "description": text("What people read; HTML."),
    "image": text("Where its picture lies."),
    "statement_descriptor": text("What stands on the customer's card statement."),
    "available_in_store": flag("Whether the online shop shows it."),
    "collection_ids": texts("Collections that it is in."),
    "is_taxes_enabled": flag("Whether taxes are added."),
    "tax_inclusive": flag("Whether its prices contain the taxes."),
    "slug": text("Its name in the shop's addresses; two products with the same one clash."),
}
WHOLE = ("name", "product_type")
ROW = record_schema(
    description="The product.",
    id="string",
    name="string",
    product_type="string null",
    available_in_store="boolean null",
    created_at="string null",
)
