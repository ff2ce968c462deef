"""Times and dates: in a zone by its name, and months that end early."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderbridge.flows.expressions import arithmetic
from orderbridge.flows.expressions.arithmetic import Number
from orderbridge.flows.expressions.library import Functions
from orderbridge.flows.expressions.problems import ComputeError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE_LENGTH = len("2026-01-31")


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ComputeError(
            "reads a text as a time that is not written like 2026-01-31T09:30:00Z", cause="not_a_time"
        ) from error
    if found.tzinfo is None and len(text) > _DATE_LENGTH:
        raise ComputeError("reads a time that does not say its zone", cause="not_a_time")
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ComputeError(
            "names a time zone that does not exist; names are like Europe/Berlin", cause="unknown_zone"
        ) from error


def _is_date(text: str) -> bool:
    return len(text) == _DATE_LENGTH


def _written(time: datetime, like: str) -> str:
    shown = time.isoformat()
    return f"{shown.removesuffix('+00:00')}Z" if like.endswith("Z") else shown


def date_of(text: str | None, zone: str | None = None) -> str | None:
    """``$date(time, zone)``: the day that a time falls on in a zone; UTC where none is named."""
    if text is None:
        return None
    found = _time(text)
    if _is_date(text):
        return found.date().isoformat()
    return found.astimezone(_zone(zone or "UTC")).date().isoformat()


def in_zone(text: str | None, zone: str | None) -> str | None:
    """``$inZone(time, zone)``: the same moment as the clocks of a zone show it."""
    if text is None or zone is None:
        return None
    if _is_date(text):
        raise ComputeError("reads a day as a time", cause="not_a_time")
    return _time(text).astimezone(_zone(zone)).isoformat()


def add_days(text: str | None, days: Number | None) -> str | None:
    """``$addDays(time, days)``: the same time of day so many days later, or earlier."""
    if text is None or days is None:
        return None
    found = _time(text)
    try:
        moved = found + timedelta(days=arithmetic.whole(days, "adds a part of a day"))
    except OverflowError as error:
        raise _beyond() from error
    return moved.date().isoformat() if _is_date(text) else _written(moved, text)


def add_months(text: str | None, months: Number | None) -> str | None:
    """``$addMonths(time, months)``: the same day of a later month, or its last day where it is shorter."""
    if text is None or months is None:
        return None
    found = _time(text)
    ahead = found.year * 12 + found.month - 1 + arithmetic.whole(months, "adds a part of a month")
    year, month = ahead // 12, ahead % 12 + 1
    if not date.min.year <= year <= date.max.year:
        raise _beyond()
    moved = found.replace(year=year, month=month, day=min(found.day, calendar.monthrange(year, month)[1]))
    return moved.date().isoformat() if _is_date(text) else _written(moved, text)


def to_millis(text: str | None) -> int | None:
    """Milliseconds since 1970 of a time; a day begins in UTC."""
    if text is None:
        return None
    found = _time(text)
    return (found.replace(tzinfo=found.tzinfo or UTC) - _EPOCH) // timedelta(milliseconds=1)


def from_millis(millis: Number | None, picture: str | None, zone: str | None) -> str | None:
    """The time of so many milliseconds since 1970, in UTC or so many hours and minutes beside it."""
    if millis is None:
        return None
    count = int(millis)
    try:
        moment = _EPOCH + timedelta(milliseconds=count)
    except OverflowError as error:
        raise _beyond() from error
    if picture is None and zone is None:
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    try:
        result: Any = Functions.datetime_from_millis(count, picture, zone)
    except (RuntimeError, ValueError) as error:
        if isinstance(error, RecursionError):
            raise
        raise ComputeError(
            "formats a time with a picture or zone that is wrong", cause="no_result"
        ) from error
    return str(result)


def _beyond() -> ComputeError:
    return ComputeError("gives a time before the year 1 or after 9999", cause="no_result")
