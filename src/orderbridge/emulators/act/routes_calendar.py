"""The calendar: the days on which something is planned or happened, each with its items."""

from __future__ import annotations

from collections.abc import Iterator

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, times
from orderbridge.emulators.act.answers import Answer, ok
from orderbridge.emulators.act.odata import page, read_options
from orderbridge.emulators.act.odata_match import Names
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import BOOL, DAY, INT, LINKS, NUMBER, TEXT, TIME
from orderbridge.emulators.act.views import rendered

_DAY_FIELDS = {
    "date": DAY, "total": INT, "totalActivities": INT, "totalHistories": INT, "items": LINKS,
}  # fmt: skip
_ITEM_FIELDS = dict.fromkeys(("id", "recordType", "title", "durationDisplay", "details"), TEXT) | {
    "duration": NUMBER, "startTime": TIME, "endTime": TIME, "isPrivate": BOOL,
}  # fmt: skip


def _items(call: Call) -> Iterator[JsonObject]:
    world = call.world
    for table, kind, title in (
        (world.tasks, "Activity", "subject"),
        (world.histories, "History", "regarding"),
    ):
        for record in table:
            if not access.visible(world, call.user, record):
                continue
            row = rendered(world, record)
            length = times.parsed(row["endTime"]) - times.parsed(row["startTime"])
            yield {
                "id": row["id"],
                "recordType": kind,
                "title": row[title],
                "duration": int(length.total_seconds() // 60),
                "durationDisplay": row["duration"],
                "startTime": row["startTime"],
                "endTime": row["endTime"],
                "details": row["details"],
                "isPrivate": row["isPrivate"],
            }


def _days(call: Call) -> Answer:
    days: dict[str, list[JsonObject]] = {}
    for item in _items(call):
        days.setdefault(times.midnight(item["startTime"]), []).append(item)
    rows = [_day(date, sorted(items, key=lambda item: item["startTime"])) for date, items in days.items()]
    names = Names({name.lower(): name for name in _DAY_FIELDS}, _DAY_FIELDS, elements=_ITEM_FIELDS)
    options = read_options(call.query, names, call.world.faults)
    return ok(page(rows, options, call.world.faults, call.world.random))


def _day(date: str, items: list[JsonObject]) -> JsonObject:
    tasks = sum(item["recordType"] == "Activity" for item in items)
    return {
        "date": date,
        "total": len(items),
        "totalActivities": tasks,
        "totalHistories": len(items) - tasks,
        "items": items,
    }


def add(router: Router) -> None:
    """Register the route."""
    router.add("GET", "/api/calendar", _days)
