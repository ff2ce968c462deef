"""Days and moments, each in a zone that is named."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderbridge.catalogue.fields import Field, text
from orderbridge.core.errors import FlowError, HeldError

_MARKS = "YymdHIMSpBbAajzZ%"
_PATTERN = re.compile(r"%(?P<mark>.?)", re.DOTALL)
ZONE: Field = text("Time zone, such as America/New_York or UTC.", minLength=1)
PATTERN: Field = text(
    "Marks: %Y %m %d (day), %H %M %S (time), %I %p (with am and pm), %y, %B or %b (month's name), %A or %a "
    "(weekday), %j, %z, %Z, %%.",
    minLength=1,
)


def zone(name: str) -> tzinfo:
    """Return a time zone by its name.

    Raises:
        FlowError: There is none of that name.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FlowError(
            f"there is no time zone {name!r}; they are called like America/New_York",
            cause="date.unknown_zone",
        ) from error


def checked_pattern(pattern: str) -> str:
    """Refuse marks that mean something else on another machine.

    Raises:
        FlowError: The pattern has such a mark.
    """
    for found in _PATTERN.finditer(pattern):
        if found["mark"] not in _MARKS or not found["mark"]:
            raise FlowError(
                f"the date pattern has {found[0]!r}, which is none of %{' %'.join(_MARKS)}",
                cause="date.bad_pattern",
            )
    return pattern


def read(value: str) -> date | datetime:
    """Read a day, ``2026-01-31``, or a moment with its offset.

    Raises:
        HeldError: It is neither; a time without its offset would be somebody's guess.
    """
    try:
        if len(value) == len("2026-01-31"):
            return date.fromisoformat(value)
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise HeldError(
            f"{value[:40]!r} is neither a day like 2026-01-31 nor a moment like 2026-01-31T09:00:00Z; "
            "core.date.parse reads other spellings",
            cause="date.unreadable",
        ) from error
    if found.tzinfo is None:
        raise HeldError(
            f"{value[:40]!r} has no offset; core.date.parse reads it in a zone that you name",
            cause="date.no_offset",
        )
    return found
