"""An action: find which external ids are known."""

from __future__ import annotations

from orderbridge.catalogue.act.task import PERMISSIONS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, object_of, texts
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare_placed
from orderbridge.core.jsonio import JsonObject

_CALL = find("act", "POST /api/sync-data/search-synced-external-ids")
_FIELDS = {"external_ids": needed(texts("Ids of another calendar's entries.", minItems=1))}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    request = prepare_placed(_CALL, ctx, in_path={}, query={}, body=given["external_ids"])
    answer = await request.send(ctx)
    found = {str(item) for item in answer or ()}
    return {
        "known": [item for item in given["external_ids"] if item in found],
        "unknown": [item for item in given["external_ids"] if item not in found],
    }


OPERATION = Operation(
    id="act.task.find_external_ids",
    system="act",
    title="Find which external ids tasks carry",
    description="Tells which entries of another calendar are tasks in Act! already, for many of them in one call.",
    input_schema=object_of(_FIELDS),
    output_schema=object_of(
        {"known": needed(texts("Carried by a task.")), "unknown": needed(texts("By none."))}
    ),
    method=_CALL.method,
    path=_CALL.path,
    permissions=PERMISSIONS,
    calls="1",
    run=_run,
    example={"external_ids": ["appointment-1", "appointment-2"]},
    example_output={"known": ["appointment-1"], "unknown": ["appointment-2"]},
)
