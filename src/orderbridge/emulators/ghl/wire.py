"""How HighLevel writes times, numbers and names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from orderbridge.core.jsonio import JsonObject


def stamp(at: datetime) -> str:
    """ISO 8601 with milliseconds and Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def plain(amount: Decimal | int) -> Decimal | int:
    """The number as JavaScript would print it: 150.10 as 150.1, 138.00 as 138; still exact."""
    exact = Decimal(amount)
    if exact == exact.to_integral_value():
        return int(exact)
    return exact.normalize()


def exact(value: Any) -> Decimal:
    """Read a number that a record holds; what is no number counts as 0 (bad data put in on purpose)."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Decimal(value)
    return Decimal(0)


@lru_cache(maxsize=256)
def snake(name: str) -> str:
    """``firstName`` as ``first_name``."""
    return re.sub(r"([A-Z])", lambda match: "_" + match.group(1).lower(), name)


def without_none(row: JsonObject) -> JsonObject:
    """Leave out what has no value, as HighLevel does."""
    return {key: value for key, value in row.items() if value is not None}
