"""An action: reopen a task."""

from __future__ import annotations

from orderbridge.catalogue.act.task import ID, PERMISSIONS, TASK
from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.operation import DELETES, READS, WRITES

OPERATION = acting(
    id="act.task.unclear",
    title="Reopen a task",
    description="Marks a task as not done; the history entry that was written when it was done stays.",
    call="DELETE /api/tasks/{taskId}/clear",
    fields=ID,
    record=TASK,
    key="task_id",
    until=lambda _given, _before: {"is_cleared": False},
    effects=frozenset({READS, WRITES, DELETES}),
    permissions=PERMISSIONS,
    example={"task_id": "66666666-7777-8888-9999-00000000000003312026"},
    example_output={
        "id": "66666666-7777-8888-9999-00000000000003312026",
        "verdict": "confirmed",
        "record": {"is_cleared": False},
    },
)
