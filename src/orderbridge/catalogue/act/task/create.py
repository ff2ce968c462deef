"""An action: create a task."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import of_first_link
from orderbridge.catalogue.act.names import task_type_id
from orderbridge.catalogue.act.task import FIELDS, PERMISSIONS, TASK, TYPE, TYPE_ID
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.resolving import resolving
from orderbridge.core.jsonio import JsonObject


async def _resolve(ctx: ActionContext, given: JsonObject) -> JsonObject:
    rest = {name: value for name, value in given.items() if name != "type"}
    return rest | {"type_id": await task_type_id(ctx, given["type"])}


OPERATION = resolving(
    creating(
        id="act.task.create",
        title="Create a task",
        description="Puts a task into somebody's calendar, with a type by its name; Act! demands a contact.",
        call="POST /api/tasks",
        fields=FIELDS | TYPE_ID,
        record=TASK,
        search=of_first_link,
        permissions=PERMISSIONS,
        makes_tasks=True,
        example={
            "subject": "Visit",
            "type": "To-do",
            "start_time": "2026-03-31T09:00:00Z",
            "contact_ids": ["11111111-2222-3333-4444-555555555555"],
        },
        example_output={
            "id": "66666666-7777-8888-9999-00000000000003312026",
            "verdict": "confirmed",
            "record": {"subject": "Visit"},
        },
    ),
    fields=needing({"type": TYPE} | FIELDS, "type", "subject", "start_time", "contact_ids"),
    resolve=_resolve,
    calls="3",
)
