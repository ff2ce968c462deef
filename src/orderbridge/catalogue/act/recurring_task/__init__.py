"""Recurring tasks: a series with its rule; the task lists show its occurrences."""

from __future__ import annotations

from orderbridge.catalogue.act import task
from orderbridge.catalogue.act.names import task_type_id
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import choice, day, group, needed, record_id, record_schema, whole
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject

PERMISSIONS = task.PERMISSIONS
PLAIN = task.PLAIN
LIST = Listing(call="GET /api/recurring-tasks", paging=ODATA, page_rows=200, fixed={"$orderby": "id"} | PLAIN)
RECURRING_TASK = Record(
    system="act", kind="recurring_task", one="GET /api/recurring-tasks/{recurringId}", id_name="recurringId",
    many=LIST, fixed=PLAIN, match=("subject", "details", "start_time"),
)  # fmt: skip
ID = {"series_id": needed(record_id("The series, not an occurrence.", wire="recurringId"))}
_RULE = {"recur_spec": group("The rule.", {}, wire="recurSpec")}
# What the provider takes, and what people give for it.
SENT = task.FIELDS | task.TYPE_ID | _RULE
FIELDS = {"type": task.TYPE} | task.FIELDS
REPEATS = {
    "every": choice("How long until the next one.", ["day", "week", "month", "year"]),
    "frequency": whole("2 with week is every second week; left out, 1.", minimum=1),
    "until": day("The last day on which one may be; left out, there is no end."),
}
ROW = record_schema(
    description="The series.",
    id="string",
    subject="string null",
    start_time="string null",
    recur_spec="object null",
    contacts="array null",
)
_TYPES = {"day": "Daily", "week": "Weekly", "month": "Monthly", "year": "Yearly"}


def rule(given: JsonObject) -> JsonObject:
    """Return the rule in Act!'s shape, in our spelling."""
    until = given.get("until")
    return {
        "recur_type": _TYPES[given["every"]],
        "frequency": given.get("frequency", 1),
        "series_start": given["start_time"],
        "is_endless": until is None,
    } | ({"series_end": f"{until}T00:00:00Z"} if until else {})


async def resolve(ctx: ActionContext, given: JsonObject) -> JsonObject:
    """Make what is sent of what people give: the type's id, and the rule."""
    ours = {name: value for name, value in given.items() if name not in ("type", *REPEATS)}
    if "type" in given:
        ours["type_id"] = await task_type_id(ctx, given["type"])
    return ours | ({"recur_spec": rule(given)} if "every" in given else {})
