"""An action: complete a task."""

from __future__ import annotations

from orderbridge.catalogue.act.names import history_type_id
from orderbridge.catalogue.act.task import ID, PERMISSIONS, TASK
from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant, owners_fields, text
from orderbridge.catalogue.resolving import resolving
from orderbridge.connectors.fields import wire_time
from orderbridge.core.jsonio import JsonObject

_FIELDS = ID | {
    "result": text(
        "Name of the history type that tells how it went; left out, the usual one of the task's type."
    ),
    "details": text("What came of it, plain; left out, the task's own text."),
    "happened_at": instant("When it was done; left out, now."),
}


async def _resolve(ctx: ActionContext, given: JsonObject) -> JsonObject:
    at = given.get("happened_at") or wire_time(ctx.clock.now())
    history: JsonObject = {"startTime": at, "endTime": at, "includeDetailsToHistory": True}
    if "details" in given:
        history["details"] = given["details"]
    resolved = {"task_id": given["task_id"], "history": history}
    if "result" in given:
        resolved["result"] = {"id": await history_type_id(ctx, given["result"]), "name": given["result"]}
    return resolved


OPERATION = resolving(
    acting(
        id="act.task.clear",
        title="Complete a task",
        description="Marks a task as done, upon which Act! writes a history entry; a task that is done stays as it is.",
        call="PUT /api/tasks/{taskId}/clear",
        fields=ID | {"result": owners_fields("The result."), "history": owners_fields("The history entry.")},
        record=TASK,
        key="task_id",
        until=lambda _given, _before: {"is_cleared": True},
        permissions=PERMISSIONS,
        example={"task_id": "66666666-7777-8888-9999-00000000000003312026", "result": "To-do Done"},
        example_output={
            "id": "66666666-7777-8888-9999-00000000000003312026",
            "verdict": "confirmed",
            "record": {"is_cleared": True},
        },
    ),
    fields=_FIELDS,
    resolve=_resolve,
    calls="4, and one where a result is named",
)
