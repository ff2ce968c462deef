"""An action: tell whether a task is one that we made, and for what."""

from __future__ import annotations

from orderbridge.catalogue.act import proof_line
from orderbridge.catalogue.act.kept_task import KIND, series
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import flag, group, needed, object_of, record_id, text
from orderbridge.catalogue.operation import Operation
from orderbridge.core.jsonio import JsonObject

_TASK = {
    "id": needed(record_id("The task's id.")),
    "details": text("Its text, with our line.", type=["string", "null"]),
}
_FIELDS = {
    "task": needed(group("The task, as a trigger gives it.", _TASK, open=True)),
    "prefix": needed(text("What its reference begins with, such as fulfil:.", minLength=1)),
}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    task, prefix = given["task"], given["prefix"]
    facts = proof_line.read(task.get("details")) or {}
    reference = facts.get("ref") or ""
    if facts.get("kind") != KIND or not reference.startswith(prefix):
        return _answer(None, "it carries no reference of this kind")
    known = await ctx.remembered("act", KIND, reference)
    if known is None or series(known) != series(task["id"]):
        # Copied together with its text, by a person or by Act!'s own duplicating.
        return _answer(None, "it carries our reference and is not the task that we made for it")
    if await ctx.remembered("act", "task_closed", series(task["id"])):
        return _answer(None, "orderbridge cleared it itself")
    return _answer(reference.removeprefix(prefix).partition("@")[0], None)


def _answer(of: str | None, reason: str | None) -> JsonObject:
    return {"ours": of is not None, "of": of, "reason": reason or "it is the one that we made"}


OPERATION = Operation(
    id="act.task.read_reference",
    system="act",
    title="Tell for what we made a task",
    description="Reads our machine-readable line in a task and compares it with what we remember: a copy of the "
    "task, and one that we cleared ourselves, do not count.",
    input_schema=object_of(_FIELDS),
    output_schema=object_of(
        {
            "ours": needed(flag("Whether it is the task that we made.")),
            "of": needed(text("What follows the prefix, such as the order's id.", type=["string", "null"])),
            "reason": needed(text("Why, in a few words.")),
        }
    ),
    calls="none",
    run=_run,
    example={
        "task": {"id": "22222222-2222-3333-4444-55555555555502252026", "details": "…"},
        "prefix": "fulfil:",
    },
    example_output={
        "ours": True,
        "of": "6601f0c2a5b4c3d2e1f00001",
        "reason": "it is the one that we made",
    },
)
