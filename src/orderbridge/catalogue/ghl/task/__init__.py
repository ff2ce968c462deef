"""Tasks of contacts."""

from __future__ import annotations

from orderbridge.catalogue.fields import flag, instant, needed, record_id, record_schema, text
from orderbridge.catalogue.ghl.contact import CONTACT_ID, SCOPES
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.records import Record

__all__ = ("CONTACT_ID", "FIELDS", "LIST", "ROW", "SCOPES", "TASK", "TASK_ID")

LIST = Listing(call="GET /contacts/{contactId}/tasks", rows="tasks")
TASK = Record(
    system="ghl", kind="task", one="GET /contacts/{contactId}/tasks/{taskId}", id_name="taskId", inside="task",
    many=LIST, parents=("contact_id",), match=("title", "due_date", "body"),
)  # fmt: skip
TASK_ID = needed(record_id("The task."))
FIELDS = {
    "title": text("What is to be done.", minLength=1),
    "due_date": instant("Until when."),
    "body": text("More about it."),
    "completed": flag("Whether it is done."),
    "assigned_to": record_id("The user who does it."),
}
ROW = record_schema(
    description="The task.",
    id="string",
    title="string null",
    due_date="string null",
    completed="boolean null",
    contact_id="string null",
)
