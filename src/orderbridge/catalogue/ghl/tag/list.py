"""An action: list tags."""

from __future__ import annotations

from orderbridge.catalogue.ghl.tag import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.tag.list",
    title="List tags",
    description="Lists the tags of this location, in one call; a contact carries the words and not the ids.",
    many=LIST,
    fields={},
    row=ROW,
    calls="1",
    most=1000,
    example={},
    example_output={"rows": [{"id": "a1", "name": "vip"}], "count": 1, "more": False},
)
