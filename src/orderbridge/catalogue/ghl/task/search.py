"""An action: search tasks of all contacts."""

from __future__ import annotations

from orderbridge.catalogue.fields import flag, record_id, text, texts
from orderbridge.catalogue.ghl.task import ROW
from orderbridge.catalogue.paging import SKIP, Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.task.search",
    title="Search tasks",
    description="Finds tasks of all contacts of this location, such as the open ones of a user.",
    many=Listing(call="POST /locations/{locationId}/tasks/search", rows="tasks", paging=SKIP),
    fields={
        "query": text("Part of the title."),
        "completed": flag("Only those that are done, or only those that are not."),
        "assigned_to": texts("Only those of these users."),
        "contact_ids": texts("Only those of these contacts.", wire="contactId"),
        "business_id": record_id("Only those of this company's contacts."),
    },
    row=ROW,
    example={"completed": False},
    example_output={"rows": [{"id": "t1", "title": "Call back"}], "count": 1, "more": False},
)
