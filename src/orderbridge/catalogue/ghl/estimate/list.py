"""An action: list estimates."""

from __future__ import annotations

from orderbridge.catalogue.ghl.estimate import FILTERS, LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.estimate.list",
    title="List estimates",
    description="Lists quotes, newest first; no webhook tells when a customer accepts one, so look here.",
    many=LIST,
    fields=FILTERS,
    row=ROW,
    example={"status": "accepted"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4d1", "estimate_status": "accepted", "total": 150.1}],
        "count": 1,
        "more": False,
    },
)
