"""The business's own day: which day an instant falls on in a time zone, and the instants where a day begins and ends.

Days follow each other without a gap and without an overlap, also where clocks are put forward or back at midnight
and where a zone leaves a day out: each instant belongs to exactly one day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderbridge.core.errors import SetupError

_DAY = timedelta(days=1)


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of a name such as ``Europe/Vienna``.

    Raises:
        SetupError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    # A folder of the zone files, or a name that is no path, fails in ways of its own.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SetupError(
            f"there is no time zone {name!r}; names are like Europe/Vienna or America/New_York",
            cause="time_zone.unknown",
        ) from error


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day that an instant falls on.

    Raises:
        ValueError: ``moment`` has no timezone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"moment has no timezone: {moment.isoformat()}")
    day = moment.astimezone(zone).date()
    # Clocks that are put back just after midnight show the day before once more; the new day has begun all the same.
    return day + _DAY if moment >= _begins(day + _DAY, zone) else day


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants, in UTC, where a day begins and where the next one does.

    They are 23 or 25 hours apart where the clocks change, and the same where the zone leaves the day out.
    """
    return _begins(day, zone), _begins(day + _DAY, zone)


def days(since: date, until: date) -> Iterator[date]:
    """Return every day from ``since`` to ``until``, both included."""
    for number in range((until - since).days + 1):
        yield since + timedelta(days=number)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    # The first of two midnights; of a midnight that is skipped, the instant at which it is.
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
