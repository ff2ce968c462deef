"""Times as Act! writes them: UTC with ``+00:00``, to the whole second.

Two such texts compare like the moments they name, so filters and sorting work on the texts.
"""

from __future__ import annotations

from datetime import UTC, datetime

NEVER = "9999-12-31T00:00:00+00:00"


def wire(moment: datetime) -> str:
    """Write ``moment`` the way Act! does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def parsed(text: str) -> datetime:
    """Read an ISO 8601 date or time; without an offset it is taken as UTC.

    Raises:
        ValueError: ``text`` is neither.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def normalised(text: str) -> str:
    """Return ``text`` as Act! would store it, with a fraction of a second cut off.

    Raises:
        ValueError: ``text`` is no date.
    """
    if text.startswith("9999-12-31"):
        return NEVER
    return wire(parsed(text))


def midnight(text: str) -> str:
    """Return the day of ``text`` as Act! stores a date without a time."""
    return f"{text[:10]}T00:00:00+00:00"


def comparable(text: str) -> str:
    """Return a date literal of a filter in the form that stored times compare with.

    Raises:
        ValueError: ``text`` is no date.
    """
    if text.startswith("9999-12-31"):
        return NEVER
    moment = parsed(text).astimezone(UTC)
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}+00:00"
