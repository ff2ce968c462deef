"""An action: change a task."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.task import CONTACT_ID, FIELDS, SCOPES, TASK, TASK_ID

OPERATION = changing(
    id="ghl.task.update",
    title="Change a task",
    description="Changes a task of a contact; what is not given stays.",
    call="PUT /contacts/{contactId}/tasks/{taskId}",
    fields={"contact_id": CONTACT_ID, "task_id": TASK_ID} | FIELDS,
    record=TASK,
    key="task_id",
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "task_id": "t1", "due_date": "2026-03-06T10:00:00Z"},
    example_output={
        "id": "t1",
        "verdict": "confirmed",
        "record": {"due_date": "2026-03-06T10:00:00Z"},
    },
)
