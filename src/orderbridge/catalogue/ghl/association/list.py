"""An action: list associations."""

from __future__ import annotations

from orderbridge.catalogue.ghl.association import ROW
from orderbridge.catalogue.paging import SKIP, Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.association.list",
    title="List associations",
    description="Lists which kinds of records can belong together, and which of the two comes first.",
    many=Listing(call="GET /associations/", rows="associations", paging=SKIP),
    fields={},
    row=ROW,
    example={},
    example_output={
        "rows": [{"id": "66b0c0ffee0000000000c001", "key": "kiln_owner"}],
        "count": 1,
        "more": False,
    },
)
