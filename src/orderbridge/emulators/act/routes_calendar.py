"""The calendar: the days on which something is planned or happened, each with its items."""

from __future__ import annotations

from collections.abc import Iterator

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, times
from orderbridge.emulators.act.answers import Answer
from orderbridge.emulators.act.routes_processes import simple_list
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import DAY, INT, OBJECT
from orderbridge.emulators.act.views import rendered

_DAY_FIELDS = {
    "date": DAY, "total": INT, "totalActivities": INT, "totalHistories": INT, "items": OBJECT,
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
    return simple_list(call, rows, _DAY_FIELDS)


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
