"""An action: read one collection."""

from __future__ import annotations

from orderbridge.catalogue.ghl.collection import COLLECTION_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.collection.get",
    title="Get a collection",
    description="Reads one group of products, without its products.",
    call="GET /products/collections/{collectionId}",
    fields={"collection_id": COLLECTION_ID},
    inside="data",
    output=ROW,
    example={"collection_id": "6a1b2c3d4e5f60718293a4f1"},
    example_output={"id": "6a1b2c3d4e5f60718293a4f1", "name": "Vases", "slug": "vases"},
)
