"""An action: create a task."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.task import CONTACT_ID, FIELDS, SCOPES, TASK

OPERATION = creating(
    id="ghl.task.create",
    makes_tasks=True,
    title="Create a task",
    description="Puts a task on a contact, once for each step; HighLevel may remind the user whom it is for.",
    call="POST /contacts/{contactId}/tasks",
    fields={"contact_id": CONTACT_ID} | needing(FIELDS, "title", "due_date"),
    record=TASK,
    fixed={"completed": False},
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "title": "Call back", "due_date": "2026-03-05T10:00:00Z"},
    example_output={"id": "t1", "verdict": "confirmed", "record": {"title": "Call back"}},
)
