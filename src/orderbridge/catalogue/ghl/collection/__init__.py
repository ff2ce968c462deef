"""Collections: groups of products in the location's shop."""

from __future__ import annotations

from orderbridge.catalogue.fields import group, needed, record_id, record_schema, text
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /products/collections", rows="data", paging=OFFSET)
COLLECTION = Record(
    system="ghl", kind="collection", one="GET /products/collections/{collectionId}", id_name="collectionId",
    inside="data", many=LIST, match=("slug", "name"),
)  # fmt: skip
SCOPES = ("products/collection.readonly", "products/collection.write")
COLLECTION_ID = needed(record_id("The collection."))
FIELDS = {
    "name": text("Name.", minLength=1),
    "slug": text("Its name in the shop's addresses; no other collection may have it.", minLength=1),
    "image": text("Where its picture lies."),
    "seo": group("What search engines read.", {"title": text("Title."), "description": text("Description.")}),
}
ROW = record_schema(
    description="The collection.", id="string", name="string", slug="string null", image="string null"
)
