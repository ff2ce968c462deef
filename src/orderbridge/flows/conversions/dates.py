"""Days and moments: read in a zone and a pattern that are named, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from orderbridge.catalogue.core.date import PATTERN, ZONE, checked_pattern, zone
from orderbridge.catalogue.fields import choice
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.conversions.conversion import Conversion, refused, text_of

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIRST, _SECOND, _HOLD = "first", "second", "hold"


def _date(value: Any, options: JsonObject) -> str:
    found = _read("date", value, options, "is no day like 2026-01-31")
    if isinstance(found, datetime):
        if found.tzinfo is not None:
            found = found.astimezone(_zone("date", options))
        found = found.date()
    return _written(found, options, found.isoformat())


def _date_time(value: Any, options: JsonObject) -> str:
    found = _read("date_time", value, options, "is no moment like 2026-01-31T09:00:00Z")
    if not isinstance(found, datetime):
        raise refused("date_time", value, "is a day without a time; the conversion date keeps it one")
    if found.tzinfo is None:
        found = _placed(found, _zone("date_time", options), value, options)
    moment = found.astimezone(zone(options.get("write_zone", "UTC")))
    return _written(moment, options, moment.isoformat().replace("+00:00", "Z"))


def _read(name: str, value: Any, options: JsonObject, wanted: str) -> date | datetime:
    pattern = options.get("read_as")
    text = text_of(name, value, f"{wanted}{f' of the pattern {pattern!r}' if pattern else ''}")
    try:
        if pattern:
            found = datetime.strptime(text, checked_pattern(pattern))  # noqa: DTZ007 (placed later)
            return found if _has_time(pattern) else found.date()
        return date.fromisoformat(text) if _DAY.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError as error:
        said = (
            f"is no date of the pattern {pattern!r}"
            if pattern
            else f"{wanted}; read_as names another pattern"
        )
        raise refused(name, value, said) from error


def _has_time(pattern: str) -> bool:
    return any(mark in pattern for mark in ("%H", "%I"))


def _zone(name: str, options: JsonObject) -> tzinfo:
    if "zone" not in options:
        raise FlowError(
            f"the conversion {name} needs zone here: a moment is another day elsewhere, and a time without an offset "
            "another moment",
            cause="mapping.no_zone",
        )
    return zone(options["zone"])


def _placed(found: datetime, where: tzinfo, value: Any, options: JsonObject) -> datetime:
    moments = [found.replace(tzinfo=where, fold=fold) for fold in (0, 1)]
    # A skipped hour does not come back from UTC as it went; one that is there twice has two offsets.
    if moments[0].astimezone(UTC).astimezone(where).replace(tzinfo=None, fold=0) != found:
        raise refused("date_time", value, f"does not exist in {options['zone']}: the clocks skipped it")
    if moments[0].utcoffset() != moments[1].utcoffset() and options.get("twice", _HOLD) == _HOLD:
        raise refused(
            "date_time",
            value,
            f"is there twice in {options['zone']}, when the clocks go back; twice says which one",
        )
    return moments[1 if options.get("twice") == _SECOND else 0]


def _written(found: date, options: JsonObject, plain: str) -> str:
    return found.strftime(checked_pattern(options["write_as"])) if "write_as" in options else plain


DATE = Conversion(
    name="date",
    title="Day",
    description="A day as 2026-01-31; a moment becomes the day that it is in the zone.",
    options={"zone": ZONE, "read_as": PATTERN, "write_as": PATTERN},
    example={"zone": "America/New_York"},
    convert=_date,
)
DATE_TIME = Conversion(
    name="date_time",
    title="Moment",
    description="A moment in UTC, or in the zone that you name; a time without an offset is read in zone, an hour that "
    "the clocks skip is held, and one that they show twice too, unless you say which.",
    options={
        "zone": ZONE,
        "read_as": PATTERN,
        "write_as": PATTERN,
        "write_zone": ZONE,
        "twice": choice("Which of two equal times, when the clocks go back.", [_HOLD, _FIRST, _SECOND]),
    },
    example={"zone": "Europe/Berlin", "read_as": "%d.%m.%Y %H:%M"},
    convert=_date_time,
)
