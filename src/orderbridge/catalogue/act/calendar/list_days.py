"""An action: read the days of the calendar."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import at_or_after, before
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant, needed, object_of, record_schema
from orderbridge.catalogue.names import to_ours
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.schema import object_schema
from orderbridge.core.jsonio import JsonObject

_CALL = find("act", "GET /api/calendar")
_FIELDS = {
    "from_time": needed(instant("The beginning.")),
    "to_time": needed(instant("The end, which is no longer in it.")),
}
_DAY = record_schema(
    description="The day.",
    date="string null",
    total="integer null",
    total_activities="integer null",
    total_histories="integer null",
    items="array null",
)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    begin, end = (at_or_after("a/startTime")(given["from_time"]), before("a/startTime")(given["to_time"]))
    query = {"$filter": f"items/any(a: {begin} and {end})"}
    answer = await prepare(_CALL, ctx, query).send(ctx)
    if isinstance(answer, dict):
        # Its description speaks of one day, other lists of Act! come in an envelope.
        answer = answer.get("value", [answer] if answer.get("date") else [])
    days = sorted(map(to_ours, answer or ()), key=lambda day: str(day.get("date")))
    return {"rows": days, "count": len(days)}


OPERATION = Operation(
    id="act.calendar.list_days",
    system="act",
    title="List the days of the calendar",
    description="Lists days with all tasks and history entries of each; days on which nothing is are left out.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(
        ["rows", "count"], rows={"type": "array", "items": _DAY}, count={"type": "integer"}
    ),
    method=_CALL.method,
    path=_CALL.path,
    permissions=("Access All Non-Private Data",),
    calls="1",
    run=_run,
    example={"from_time": "2026-03-01T00:00:00Z", "to_time": "2026-04-01T00:00:00Z"},
    example_output={"rows": [{"date": "2026-03-31", "total": 1}], "count": 1},
)
