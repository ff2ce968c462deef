"""Reading fields of a provider's JSON: strict about money, tolerant about everything that may be absent."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject


def text(data: JsonObject, *keys: str) -> str | None:
    """Return the first of ``keys`` that holds something, as text; blank counts as absent."""
    for key in keys:
        value = data.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return str(value)
    return None


def required_text(data: JsonObject, *keys: str, what: str) -> str:
    """Like ``text``, but absence is an error that names ``what``."""
    value = text(data, *keys)
    if value is None:
        raise BadRecordError(f"{what}: field {keys[0]!r} is missing", cause=f"record.missing.{keys[0]}")
    return value


def number(data: JsonObject, key: str, *, what: str, default: Decimal | None = None) -> Decimal:
    """Return a JSON number exactly as written.

    Raises:
        BadRecordError: The field is absent and has no default, or is not a JSON number. A string
            that looks like a number is refused too: guessing its decimal sign would be guessing money.
    """
    value = data.get(key)
    if value is None:
        if default is None:
            raise BadRecordError(f"{what}: field {key!r} is missing", cause=f"record.missing.{key}")
        return default
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadRecordError(
            f"{what}: field {key!r} must be a number but is the {type(value).__name__} {str(value)[:40]!r}",
            cause=f"record.not_a_number.{key}",
        )
    return Decimal(value)


def optional_number(data: JsonObject, key: str, *, what: str) -> Decimal | None:
    """Like ``number``, but an absent or null field is None."""
    return None if data.get(key) is None else number(data, key, what=what)


def objects(data: JsonObject, key: str) -> list[JsonObject]:
    """Return a list of objects; anything else in its place counts as empty."""
    value = data.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def child(data: JsonObject, key: str) -> JsonObject:
    """Return an object; anything else in its place counts as empty."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def instant(value: Any) -> datetime | None:
    """Parse an ISO 8601 time; a time without an offset is taken as UTC, anything unreadable is None."""
    if not isinstance(value, str) or not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def wire_time(moment: datetime) -> str:
    """Write a time the way both providers read it: UTC, whole seconds, ``Z``."""
    if moment.tzinfo is None:
        raise ValueError(f"time has no timezone: {moment.isoformat()}")
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
