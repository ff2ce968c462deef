"""An action: list the tasks of a contact."""

from __future__ import annotations

from orderbridge.catalogue.ghl.task import CONTACT_ID, LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.task.list",
    title="List the tasks of a contact",
    description="Lists open and completed tasks of one contact, in one call.",
    many=LIST,
    fields={"contact_id": CONTACT_ID},
    row=ROW,
    calls="1",
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc"},
    example_output={"rows": [{"id": "t1", "title": "Call back"}], "count": 1, "more": False},
)
