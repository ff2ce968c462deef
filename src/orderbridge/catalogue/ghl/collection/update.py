"""An action: change a collection."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.collection import COLLECTION, COLLECTION_ID, FIELDS, SCOPES

OPERATION = changing(
    id="ghl.collection.update",
    title="Change a collection",
    description="Changes a group of products; another slug breaks addresses that people kept.",
    call="PUT /products/collections/{collectionId}",
    fields={"collection_id": COLLECTION_ID} | FIELDS,
    record=COLLECTION,
    key="collection_id",
    whole_record=("name", "slug"),
    scopes=SCOPES,
    example={"collection_id": "6a1b2c3d4e5f60718293a4f1", "name": "Tall vases"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4f1",
        "verdict": "confirmed",
        "record": {"name": "Tall vases"},
    },
)
