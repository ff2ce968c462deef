"""Recurring tasks: a series with its rule; the task lists show its occurrences.

Source: Act! Web API notes, 11.7. That lists show occurrences is inferred from the form of their ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from dateutil.relativedelta import relativedelta

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import crud, times
from orderbridge.emulators.act.answers import Answer, no_content, ok
from orderbridge.emulators.act.binding import Bound, bind
from orderbridge.emulators.act.errors import invalid, not_found
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import RECURRING_TASK

_STEPS = {"Daily": "days", "Weekly": "weeks", "Monthly": "months", "Yearly": "years"}
_RULE = ("seriesStart", "day", "seriesEnd", "isEndless", "month", "frequency", "recurType")
_ONLY_TASKS = ("seriesID", "accessorId")
# An endless series shows this many days ahead.
_HORIZON_DAYS = 366


def occurrences(record: Record, row: JsonObject) -> Iterator[JsonObject]:
    """Yield a task as lists show it: once, or for a series every occurrence that nobody deleted.

    Args:
        record: The stored task.
        row: The task as the API shows it.
    """
    rule = record.values.get("recurSpec")
    if not rule:
        yield row
        return
    start, end = times.parsed(row["startTime"]), times.parsed(row["endTime"])
    limit = times.wire(start + relativedelta(days=_HORIZON_DAYS))
    last = limit if rule["isEndless"] or not rule["seriesEnd"] else rule["seriesEnd"]
    for number in count():
        step = relativedelta(**{_STEPS[rule["recurType"]]: number * rule["frequency"]})
        begins = start + step
        if times.wire(begins)[:10] > last[:10]:
            return
        day = f"{begins:%m%d%Y}"
        if day in record.values.get("deletedDays", ()):
            continue
        moment = times.wire(begins)
        yield row | {
            "id": f"{record.id}{day}",
            "startTime": moment,
            "originalTime": moment,
            "endTime": times.wire(end + step),
        }


def series_resource(tasks: crud.Resource) -> crud.Resource:
    """Return how series are written and shown; what a task must have, a series must have as well."""

    def finish(call: Call, record: Record, bound: Bound, method: str) -> None:
        tasks.finish(call, record, bound, method)
        given = record.values.get("recurSpec") or {}
        if given.get("recurType") not in _STEPS:
            raise invalid("The field recurSpec.recurType is not valid.")
        frequency = given.get("frequency") or 1
        if not isinstance(frequency, int) or frequency < 1:
            raise invalid("The field recurSpec.frequency must be at least 1.")
        rule: JsonObject = {name: given.get(name) for name in _RULE} | {"frequency": frequency}
        rule["isEndless"] = bool(given.get("isEndless"))
        for name in ("seriesStart", "seriesEnd"):
            rule[name] = times.normalised(rule[name]) if rule[name] else None
        record.values |= {"recurSpec": rule, "isRecurring": True}

    def present(call: Call, row: JsonObject) -> JsonObject:
        shown = tasks.present(call, row)
        series = {name: value for name, value in shown.items() if name not in _ONLY_TASKS}
        return series | {"id": row["seriesID"], "durationDisplay": row["duration"]}

    return crud.Resource(RECURRING_TASK, finish=finish, present=present, kept=tasks.kept)


def add(router: Router, tasks: crud.Resource) -> None:
    """Register the routes."""
    series = series_resource(tasks)

    def one(call: Call) -> Record:
        record = crud.found(call, "task", call.params["recurringId"], what="Activity series")
        if not record.values.get("recurSpec"):
            raise not_found("Activity series", record.id)
        return record

    def change(call: Call, method: str) -> Answer:
        record = one(call)
        body = crud.identified(call, record.id, RECURRING_TASK, method)
        crud.write(call, series, record, bind(RECURRING_TASK, body, call.world.faults), method)
        return ok(crud.detail(call, series, record))

    def delete(call: Call) -> Answer:
        crud.remove(call.world, one(call))
        return no_content()

    def listed(call: Call) -> Answer:
        return crud.listing(call, series, [row for row in call.world.tasks if row.values.get("recurSpec")])

    path, single = "/api/recurring-tasks", "/api/recurring-tasks/{recurringId}"
    router.add("GET", path, listed)
    router.add("POST", path, crud.post_to(series))
    router.add("GET", single, lambda call: ok(crud.detail(call, series, one(call))))
    router.add("PUT", single, lambda call: change(call, crud.PUT))
    router.add("PATCH", single, lambda call: change(call, crud.PATCH))
    router.add("DELETE", single, delete)
