"""The part of OData that Act! understands: filters, and the two shapes of a list.

Source: Act! Web API notes, sections 4 and 5.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from orderbridge.connectors.base import Answer
from orderbridge.connectors.fields import wire_time
from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*")


def literal(value: str | int | Decimal | bool | datetime | None) -> str:
    """Write a value the way it stands in a filter: quotes doubled, dates bare and in UTC.

    Raises:
        ValueError: A time without a timezone.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime):
        return wire_time(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def eq(field: str, value: str | int | Decimal | bool | datetime | None) -> str:
    """``field`` equals ``value``."""
    return f"{_name(field)} eq {literal(value)}"


def contains(field: str, part: str) -> str:
    """``part`` occurs in ``field``."""
    return f"contains({_name(field)}, {literal(part)})"


def edited_since(since: datetime, *, overlap_s: float = 0.0, field: str = "edited") -> str:
    """Records edited at or after ``since``.

    Args:
        since: Timezone-aware. Act! keeps edit times in UTC, to the whole second.
        overlap_s: Seconds before ``since`` to read again; remote copies deliver edits late.
        field: What the list calls the time of the edit.

    Raises:
        ValueError: ``since`` has no timezone.
    """
    # "ge" and not "gt": many records can share one second, and a page may end between them.
    return _at_or_after(field, since, overlap_s)


def created_since(since: datetime, *, overlap_s: float = 0.0) -> str:
    """Records created at or after ``since``; see ``edited_since``."""
    return _at_or_after("created", since, overlap_s)


def any_of(*filters: str) -> str:
    """At least one of ``filters``; one alone stays as it is."""
    return _joined(" or ", filters)


def both(*filters: str | None) -> str:
    """All of ``filters``; absent ones are left out."""
    return _joined(" and ", tuple(item for item in filters if item))


def rows_of(answer: Answer, *, what: str) -> list[JsonObject]:
    """Return the rows of a list, which is a bare array, or under ``value`` or ``items``, by build.

    The ``Count`` beside ``value`` is the length of the page and no total, so it is not read.

    Raises:
        BadRecordError: Anything else: an unknown shape must not look like an empty list.
    """
    rows: Any = answer.body
    if isinstance(rows, dict):
        rows = next((rows[key] for key in ("value", "items") if isinstance(rows.get(key), list)), None)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadRecordError(
            f"Act! {what}: the answer is neither an array nor an object with 'value'; check with "
            "'orderbridge connections discover' which Act! build this is",
            cause="act.unknown_envelope",
        )
    return rows


def _at_or_after(field: str, since: datetime, overlap_s: float) -> str:
    if since.tzinfo is None:
        raise ValueError(f"since has no timezone: {since.isoformat()}")
    return f"{field} ge {wire_time(since - timedelta(seconds=overlap_s))}"


def _joined(word: str, filters: tuple[str, ...]) -> str:
    if not filters:
        raise ValueError("no filters given")
    return filters[0] if len(filters) == 1 else word.join(f"({item})" for item in filters)


def _name(field: str) -> str:
    if not _FIELD.fullmatch(field):
        raise ValueError(f"{field!r} is not a field name")
    return field
