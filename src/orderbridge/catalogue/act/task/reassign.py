"""An action: give a task to another user."""

from __future__ import annotations

from orderbridge.catalogue.act.task import ID, PERMISSIONS, TASK
from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.fields import needed, record_id

OPERATION = acting(
    id="act.task.reassign",
    title="Give a task to another user",
    description="Makes a task another user's; what is cleared later is put down to that user.",
    call="PUT /api/organizers/{userId}/tasks/{taskId}",
    fields=ID | {"user_id": needed(record_id("The user whose task it shall be."))},
    record=TASK,
    key="task_id",
    until=lambda given, _before: {"scheduled_for_id": given["user_id"]},
    permissions=PERMISSIONS,
    example={
        "task_id": "66666666-7777-8888-9999-00000000000003312026",
        "user_id": "11111111-2222-3333-4444-555555555555",
    },
    example_output={
        "id": "66666666-7777-8888-9999-00000000000003312026",
        "verdict": "confirmed",
        "record": {"scheduled_for_id": "11111111-2222-3333-4444-555555555555"},
    },
)
