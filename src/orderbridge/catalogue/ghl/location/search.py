"""An action: search locations."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_id, text
from orderbridge.catalogue.ghl.location import ROW
from orderbridge.catalogue.paging import SKIP, Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.location.search",
    title="Search locations",
    description="Lists the locations that the connection can see: of a location's own token that is one.",
    many=Listing(call="GET /locations/search", rows="locations", paging=SKIP),
    fields={
        "email": text("Only the one with this e-mail address."),
        "company_id": record_id("Only those of this agency."),
    },
    row=ROW,
    example={},
    example_output={
        "rows": [{"id": "ve9EPM428h8vShlRW1KT", "name": "Cedar & Clay Studio"}],
        "count": 1,
        "more": False,
    },
)
