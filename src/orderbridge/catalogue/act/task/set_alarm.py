"""An action: set the alarm of a task."""

from __future__ import annotations

from orderbridge.catalogue.act.task import ID, PERMISSIONS, TASK
from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.fields import flag, needed, whole

OPERATION = changing(
    id="act.task.set_alarm",
    title="Set the alarm of a task",
    description="Lets Act! remind the task's owner some minutes before it is due, or no longer.",
    call="PATCH /api/tasks/{taskId}",
    fields=ID
    | {
        "is_alarmed": needed(flag("Whether there is an alarm.")),
        "lead_minutes": whole("Minutes before it is due.", minimum=0),
    },
    record=TASK,
    key="task_id",
    id_in_body=True,
    permissions=PERMISSIONS,
    example={
        "task_id": "66666666-7777-8888-9999-00000000000003312026",
        "is_alarmed": True,
        "lead_minutes": 30,
    },
    example_output={
        "id": "66666666-7777-8888-9999-00000000000003312026",
        "verdict": "confirmed",
        "record": {"is_alarmed": True},
    },
)
