"""An action: read one task."""

from __future__ import annotations

from orderbridge.catalogue.ghl.task import CONTACT_ID, ROW, TASK_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.task.get",
    title="Get a task",
    description="Reads one task of a contact; the contact must be named too.",
    call="GET /contacts/{contactId}/tasks/{taskId}",
    fields={"contact_id": CONTACT_ID, "task_id": TASK_ID},
    inside="task",
    output=ROW,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "task_id": "t1"},
    example_output={"id": "t1", "title": "Call back", "completed": False},
)
