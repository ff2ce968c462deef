"""When a schedule is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter

from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject

_DAY = timedelta(days=1)


def last_due(given: JsonObject, now: datetime) -> datetime:
    """Return the latest time up to ``now`` at which a schedule was due.

    Args:
        given: The input of ``core.schedule.due``.
        now: With its zone.

    Raises:
        FlowError: It says neither when nor how often, or cannot be read.
    """
    if ("cron" in given) == ("every_minutes" in given):
        raise FlowError("a schedule says either cron or every_minutes", cause="flow.bad_schedule")
    if "every_minutes" in given:
        step = timedelta(minutes=int(given["every_minutes"]))
        start = datetime(now.year, now.month, now.day, tzinfo=UTC)
        # A step longer than a day is counted from one day that is the same for all.
        start = start if step <= _DAY else datetime(2000, 1, 1, tzinfo=UTC)
        return start + (now - start) // step * step
    try:
        zone = ZoneInfo(given.get("time_zone", "UTC"))
        # A moment later, because the library looks strictly before the one it is given.
        local = (now + timedelta(seconds=1)).astimezone(zone)
        found: datetime = croniter(given["cron"], local).get_prev(datetime)
    except (ZoneInfoNotFoundError, ValueError, KeyError) as error:
        raise FlowError(
            f"the schedule {given['cron']!r} in {given.get('time_zone', 'UTC')!r} cannot be read ({error}); it "
            "has five parts, minute, hour, day, month and weekday, and a zone such as Europe/Vienna",
            cause="flow.bad_schedule",
        ) from error
    return found.astimezone(UTC)
