"""An action: delete a collection."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.collection import COLLECTION, COLLECTION_ID, SCOPES

OPERATION = deleting(
    id="ghl.collection.delete",
    title="Delete a collection",
    description="Deletes a group of products; the products stay.",
    call="DELETE /products/collections/{collectionId}",
    fields={"collection_id": COLLECTION_ID},
    record=COLLECTION,
    key="collection_id",
    scopes=SCOPES,
    example={"collection_id": "6a1b2c3d4e5f60718293a4f1"},
    example_output={"id": "6a1b2c3d4e5f60718293a4f1", "verdict": "confirmed", "record": {"deleted": True}},
)
