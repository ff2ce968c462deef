"""An action: complete a task."""

from __future__ import annotations

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.ghl.task import CONTACT_ID, SCOPES, TASK, TASK_ID

OPERATION = acting(
    id="ghl.task.complete",
    title="Complete a task",
    description="Ticks a task of a contact off; one that is done already is left alone.",
    call="PUT /contacts/{contactId}/tasks/{taskId}/completed",
    fields={"contact_id": CONTACT_ID, "task_id": TASK_ID},
    record=TASK,
    key="task_id",
    until=lambda _given, _before: {"completed": True},
    fixed={"completed": True},
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "task_id": "t1"},
    example_output={"id": "t1", "verdict": "confirmed", "record": {"completed": True}},
)
