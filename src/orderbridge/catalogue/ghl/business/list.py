"""An action: list businesses."""

from __future__ import annotations

from orderbridge.catalogue.ghl.business import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.business.list",
    title="List businesses",
    description="Lists the companies of this location; there is no search by name, so compare the rows.",
    many=LIST,
    fields={},
    row=ROW,
    example={"limit": 50},
    example_output={
        "rows": [{"id": "63771dcac1116f0e21de8e12", "name": "Kiln & Co"}],
        "count": 1,
        "more": False,
    },
)
