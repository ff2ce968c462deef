"""An action: read a task."""

from __future__ import annotations

from orderbridge.catalogue.act.task import ID, PERMISSIONS, PLAIN, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.task.get",
    title="Read a task",
    description="Reads one task, or one occurrence of a recurring one, as plain text instead of Act!'s HTML.",
    call="GET /api/tasks/{taskId}",
    fields=ID,
    fixed=PLAIN,
    output=ROW,
    permissions=PERMISSIONS,
    example={"task_id": "66666666-7777-8888-9999-00000000000003312026"},
    example_output={"id": "66666666-7777-8888-9999-00000000000003312026", "subject": "Visit"},
)
