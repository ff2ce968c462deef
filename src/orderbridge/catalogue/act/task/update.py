"""An action: change a task."""

from __future__ import annotations

from orderbridge.catalogue.act.names import task_type_id
from orderbridge.catalogue.act.task import FIELDS, ID, PERMISSIONS, TASK, TYPE, TYPE_ID
from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.resolving import resolving
from orderbridge.core.jsonio import JsonObject


async def _resolve(ctx: ActionContext, given: JsonObject) -> JsonObject:
    if "type" not in given:
        return given
    rest = {name: value for name, value in given.items() if name != "type"}
    return rest | {"type_id": await task_type_id(ctx, given["type"])}


OPERATION = resolving(
    changing(
        id="act.task.update",
        title="Change a task",
        description="Changes fields of a task; moved to another day, it has another id from then on.",
        call="PATCH /api/tasks/{taskId}",
        fields=ID | FIELDS | TYPE_ID,
        record=TASK,
        key="task_id",
        id_in_body=True,
        permissions=PERMISSIONS,
        example={"task_id": "66666666-7777-8888-9999-00000000000003312026", "location": "On site"},
        example_output={
            "id": "66666666-7777-8888-9999-00000000000003312026",
            "verdict": "confirmed",
            "record": {"location": "On site"},
        },
    ),
    fields=ID | {"type": TYPE} | FIELDS,
    resolve=_resolve,
    calls="3, and one where a type is named",
)
