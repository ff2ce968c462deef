"""An action: list the notes of a contact."""

from __future__ import annotations

from orderbridge.catalogue.ghl.note import CONTACT_ID, LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.note.list",
    title="List the notes of a contact",
    description="Lists everything that was noted about a contact, in one call.",
    many=LIST,
    fields={"contact_id": CONTACT_ID},
    row=ROW,
    calls="1",
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc"},
    example_output={"rows": [{"id": "n1", "body": "Called back"}], "count": 1, "more": False},
)
