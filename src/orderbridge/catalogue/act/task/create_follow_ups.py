"""An action: several follow-up tasks, each made once."""

from __future__ import annotations

from datetime import datetime, timedelta

from orderbridge.catalogue.act.names import task_type_id
from orderbridge.catalogue.act.once import OnceEntry, once
from orderbridge.catalogue.act.task import OF_CONTACT, PERMISSIONS, TASK
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant, needed, object_of, record_id, rows, text, whole
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.schema import object_schema
from orderbridge.connectors.fields import instant as parsed
from orderbridge.connectors.fields import wire_time
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject

_FOLLOW_UP = {
    "key": needed(text("Your name for this one; it must not change when others are added.", minLength=1)),
    "subject": needed(text("What is to be done.", minLength=1)),
    "details": text("The text, plain."),
    "due_days": needed(whole("Days after the beginning.", minimum=0)),
    "type": text("Name of its type; left out, the connection's usual one."),
}
_FIELDS = {
    "reference": needed(text("Your name for the occasion; each of its tasks is made once.", minLength=1)),
    "contact_id": needed(record_id("The contact.")),
    "opportunity_id": record_id("An opportunity that shows them as well."),
    "after": instant("The beginning; left out, now."),
    "tasks": needed(rows("The tasks.", _FOLLOW_UP, minItems=1)),
}


def _entry(
    ctx: ActionContext, given: JsonObject, task: JsonObject, start: datetime, type_id: int
) -> OnceEntry:
    due, opportunity = wire_time(start + timedelta(days=task["due_days"])), given.get("opportunity_id")
    return OnceEntry(
        ctx=ctx,
        kind="follow_up",
        reference=f"{given['reference']}/{task['key']}",
        record=TASK,
        call="POST /api/tasks",
        text_field="details",
        values={
            "subject": task["subject"],
            "details": task.get("details") or "",
            "activityTypeId": type_id,
            "startTime": due,
            "endTime": due,
            "isTimeless": True,
            "contacts": [{"id": given["contact_id"]}],
            "opportunities": [{"id": opportunity}] if opportunity else [],
        },
        near=(OF_CONTACT, {"contactId": given["contact_id"]}),
        shown={"subject": task["subject"]},
    )


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    tasks = given["tasks"]
    if len({task["key"] for task in tasks}) < len(tasks):
        raise FlowError(
            "two follow-ups have the same key; give each one of its own. Nothing was created",
            cause="flow.input_refused",
        )
    # All names are looked up before the first task is made.
    types = {
        name: await task_type_id(ctx, name)
        for name in sorted({task["type"] for task in tasks if task.get("type")})
    }
    start = parsed(given.get("after")) or ctx.clock.now()
    done = []
    for task in tasks:
        type_id = types.get(task.get("type"), ctx.profile.task_type_id)
        result = await once(_entry(ctx, given, task, start, type_id))
        done.append({"key": task["key"]} | result)
    created = sum(item["verdict"] != "unchanged" for item in done)
    return {"tasks": done, "created": created}


OPERATION = Operation(
    id="act.task.create_follow_ups",
    system="act",
    title="Create follow-up tasks once",
    description="Creates several tasks for a contact and an opportunity, each once by its key; a further key adds one.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(
        ["tasks", "created"],
        tasks={"type": "array", "items": {"type": "object"}},
        created={"type": "integer"},
    ),
    permissions=PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    makes_tasks=True,
    calls="2 for each, or none for those done before",
    proof="each read back by id; found again by its line among the contact's tasks",
    run=_run,
    example={
        "reference": "order-1",
        "contact_id": "11111111-2222-3333-4444-555555555555",
        "tasks": [
            {"key": "thank", "subject": "Say thank you", "due_days": 1},
            {"key": "ask", "subject": "Ask how it goes", "due_days": 30},
        ],
    },
    example_output={
        "tasks": [
            {"key": "thank", "id": "66666666-7777-8888-9999-00000000000003312026", "verdict": "confirmed"}
        ],
        "created": 1,
    },
)
