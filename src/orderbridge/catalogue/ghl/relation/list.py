"""An action: list the relations of a record."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.ghl.relation import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.relation.list",
    title="List the relations of a record",
    description="Lists everything that belongs to a contact, an opportunity, a business or a record of an object.",
    many=LIST,
    fields={"record_id": needed(record_id("The record."))},
    row=ROW,
    example={"record_id": "ocQHyuzHvysMo5N5VsXc"},
    example_output={"rows": [{"id": "66b0c0ffee0000000000e001"}], "count": 1, "more": False},
)
