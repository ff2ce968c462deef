"""An action: list opportunities."""

from __future__ import annotations

from orderbridge.catalogue.ghl.opportunity import FILTERS, LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.opportunity.list",
    title="List opportunities",
    description="Lists deals of this location, filtered by pipeline, stage, state, contact or user.",
    many=LIST,
    fields=FILTERS,
    row=ROW,
    example={"status": "open"},
    example_output={
        "rows": [{"id": "yWQobCRIhRguQtD2llvk", "name": "Kiln", "status": "open"}],
        "count": 1,
        "more": False,
    },
)
