"""An action: keep one open task for something that is followed elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from orderbridge.catalogue.act.contact import CONTACT
from orderbridge.catalogue.act.kept_task import KeptTask
from orderbridge.catalogue.act.opportunity import OPPORTUNITY
from orderbridge.catalogue.act.task import PERMISSIONS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import choice, instant, needed, object_of, record_id, text, whole
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.schema import OPTIONAL_TEXT, TEXT, object_schema
from orderbridge.connectors.fields import instant as parsed
from orderbridge.connectors.fields import wire_time
from orderbridge.core.jsonio import JsonObject

_FIELDS = {
    "reference": needed(text("Your name of what is followed; it has one open task.", minLength=1)),
    "subject": needed(text("What is to be done; Act! keeps 250 characters.", minLength=1)),
    "text": text("The details, for the person who does it; given to a new task only."),
    "due_at": instant(
        "The date that is followed; without one it is over, and the task is cleared.",
        type=["string", "null"],
    ),
    "days_before": whole("How many days before the date it is due; 0 unless given.", minimum=0),
    "days_after": whole("How many days after the date it is due instead.", minimum=0),
    "closing_note": text("What the history says when it is cleared, plain.", minLength=1),
    "contact_id": needed(record_id("The Act! contact whom it is about.")),
    "opportunity_id": needed(record_id("The Act! opportunity that shows it as well.")),
    "for_manager_of": choice(
        "Whose record manager gets it; left out, it is the user's that orderbridge signs in as.",
        ["contact", "opportunity"],
    ),
    "group": text("Tasks under one name are cleared together.", type=["string", "null"]),
    "happened_at": instant(
        "When it came about, for those that are cleared together.", type=["string", "null"]
    ),
}
_CLOSING = "What it was for is over."


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    kept = KeptTask(ctx=ctx, name=given["reference"])
    async with ctx.exclusive([f"task/{kept.name}"], system="act"):
        followed = parsed(given.get("due_at"))
        if followed is None:
            return await kept.close(given.get("closing_note") or _CLOSING)
        occasion = kept.occasion(wire_time(followed))
        if await kept.known("task_done", occasion):
            reference = await kept.known("task_now", kept.name)
            task_id = await kept.known("task", reference) if reference else None
            return {"id": task_id, "verdict": "unchanged"}
        if given.get("group"):
            await kept.note("task_group", kept.name, given["group"])
            await kept.note("task_at", kept.name, given.get("happened_at") or wire_time(ctx.clock.now()))
        result = await _bring(kept, given, followed, occasion)
        await kept.note("task_done", occasion, "yes")
        return result


async def _bring(kept: KeptTask, given: JsonObject, followed: datetime, occasion: str) -> JsonObject:
    ctx = kept.ctx
    # Nothing is due before it is known of.
    days = (given.get("days_after") or 0) - (given.get("days_before") or 0)
    due = max(followed + timedelta(days=days), ctx.clock.now())
    subject = given["subject"][:250]
    reference, task = await kept.now()
    if reference is not None and task is not None and not task.get("is_cleared"):
        return await kept.move(reference, task, subject, due)
    values: JsonObject = {
        "subject": subject,
        "details": given.get("text") or "",
        "activityTypeId": ctx.profile.task_type_id,
        "startTime": wire_time(due),
        "endTime": wire_time(due),
        "isTimeless": True,
        "isPrivate": False,
        "contacts": [{"id": given["contact_id"]}],
        "opportunities": [{"id": given["opportunity_id"]}],
    }
    shown: JsonObject = {"subject": subject}
    manager = await _whose(ctx, given)
    if manager is not None:
        values["scheduledForId"] = shown["scheduled_for_id"] = manager
    # The first one carries the plain name; a later one the date for which it was made.
    return await kept.create(kept.name if reference is None else occasion, values, shown)


async def _whose(ctx: ActionContext, given: JsonObject) -> str | None:
    whose = given.get("for_manager_of")
    if whose is None:
        return None
    record, record_id_ = (
        (CONTACT, given["contact_id"]) if whose == "contact" else (OPPORTUNITY, given["opportunity_id"])
    )
    found = await record.read(ctx, record_id_, {})
    return (found or {}).get("record_manager_id") or None


OPERATION = Operation(
    id="act.task.keep",
    system="act",
    title="Keep one open task for something",
    description="Keeps exactly one open task for a date that is followed: moved when the date moves, cleared with a "
    "note when there is none any more, and not made again where people cleared or deleted it.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(["id", "verdict"], id=OPTIONAL_TEXT, verdict=TEXT),
    permissions=(*PERMISSIONS, "Create and Edit Activities"),
    effects=frozenset({READS, WRITES}),
    makes_tasks=True,
    proof="read back by id; found again by its line among the contact's tasks",
    calls="2 for a new one, 4 to move or clear one, none where nothing moved; 1 more for a record manager",
    run=_run,
    example={
        "reference": "subscription:6601f0c2a5b4c3d2e1f00003:next-billing",
        "subject": "Next billing (derived) on 2026-02-28",
        "due_at": "2026-02-28T09:00:00Z",
        "days_before": 3,
        "contact_id": "11111111-2222-3333-4444-555555555555",
        "opportunity_id": "aaaaaaaa-0000-0000-0000-000000000001",
    },
    example_output={"id": "22222222-2222-3333-4444-55555555555502252026", "verdict": "confirmed"},
)
