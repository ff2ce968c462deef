"""An action: delete a task."""

from __future__ import annotations

from orderbridge.catalogue.act.task import ID, PERMISSIONS, TASK
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.task.delete",
    title="Delete a task",
    description="Deletes a task for good, without a history entry; of a recurring one, this occurrence.",
    call="DELETE /api/tasks/{taskId}",
    fields=ID,
    record=TASK,
    key="task_id",
    permissions=PERMISSIONS,
    example={"task_id": "66666666-7777-8888-9999-000000000000"},
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"deleted": True},
    },
)
