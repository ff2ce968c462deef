"""An action: create a collection."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.collection import COLLECTION, FIELDS, SCOPES

OPERATION = creating(
    id="ghl.collection.create",
    title="Create a collection",
    description="Makes an empty group of products; products are put into it by changing the product.",
    call="POST /products/collections",
    fields=needing(FIELDS, "name", "slug"),
    record=COLLECTION,
    search=lambda given: {"name": given["name"]},
    scopes=SCOPES,
    example={"name": "Vases", "slug": "vases"},
    example_output={"id": "6a1b2c3d4e5f60718293a4f1", "verdict": "confirmed", "record": {"slug": "vases"}},
)
