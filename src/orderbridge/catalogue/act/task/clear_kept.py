"""An action: clear the tasks that were kept for something."""

from __future__ import annotations

from orderbridge.catalogue.act.kept_task import KeptTask
from orderbridge.catalogue.act.task import PERMISSIONS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant, needed, object_of, text, whole
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.connectors.fields import instant as parsed
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject

_FIELDS = {
    "reference": text("What was followed, as 'Keep one open task' was told.", minLength=1),
    "group": text("Or all that were kept under this name.", minLength=1),
    "until": instant("Of a group, only those of what came about up to then.", type=["string", "null"]),
    "note": needed(text("What the history says, plain.", minLength=1)),
}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    if ("reference" in given) == ("group" in given):
        raise FlowError(
            "clear kept tasks: give a reference or a group, and not both; nothing was cleared",
            cause="flow.input_refused",
        )
    names = [given["reference"]] if "reference" in given else await _of_group(ctx, given)
    cleared = 0
    for name in names:
        async with ctx.exclusive([f"task/{name}"], system="act"):
            result = await KeptTask(ctx=ctx, name=name).close(given["note"])
        cleared += result["verdict"] == "confirmed"
    return {"cleared": cleared}


async def _of_group(ctx: ActionContext, given: JsonObject) -> list[str]:
    until = parsed(given.get("until"))
    names = []
    for name in sorted(await ctx.linked_sources("task_group", given["group"])):
        at = parsed(await ctx.remembered("act", "task_at", name))
        if until is None or at is None or at <= until:
            names.append(name)
    return names


OPERATION = Operation(
    id="act.task.clear_kept",
    system="act",
    title="Clear kept tasks with a note",
    description="Clears the open tasks that 'Keep one open task' made for something, and says why in the history; "
    "what people have cleared or deleted stays as it is.",
    input_schema=object_of(_FIELDS),
    output_schema=object_of({"cleared": needed(whole("How many were cleared now."))}),
    permissions=PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    proof="each is read back and must be cleared",
    calls="none where there is no such task, else up to 5 for each",
    run=_run,
    example={"group": "payment-failed:6601f0c2a5b4c3d2e1f00001", "note": "Paid after all."},
    example_output={"cleared": 1},
)
