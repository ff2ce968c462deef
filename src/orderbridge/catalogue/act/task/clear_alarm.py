"""An action: dismiss the alarm of a task."""

from __future__ import annotations

from orderbridge.catalogue.act.task import PERMISSIONS, TASK
from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.fields import needed, record_id

OPERATION = acting(
    id="act.task.clear_alarm",
    title="Dismiss the alarm of a task",
    description="Dismisses the alarm of a task, which itself stays open.",
    call="PUT /api/tasks/{id}/clear-alarms",
    fields={"task_id": needed(record_id("The task.", wire="id"))},
    record=TASK,
    key="task_id",
    until=lambda _given, _before: {"is_alarm_cleared": True},
    permissions=PERMISSIONS,
    example={"task_id": "66666666-7777-8888-9999-00000000000003312026"},
    example_output={
        "id": "66666666-7777-8888-9999-00000000000003312026",
        "verdict": "confirmed",
        "record": {"is_alarm_cleared": True},
    },
)
