"""An action: list custom values."""

from __future__ import annotations

from orderbridge.catalogue.ghl.custom_value import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.custom_value.list",
    title="List custom values",
    description="Lists the texts that pages and mails of this location share, in one call.",
    many=LIST,
    fields={},
    row=ROW,
    calls="1",
    most=1000,
    example={},
    example_output={"rows": [{"id": "cv1", "name": "Opening hours"}], "count": 1, "more": False},
)
