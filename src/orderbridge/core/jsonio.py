"""JSON with exact numbers: every fraction is a ``Decimal``, on the way in and on the way out."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import Any

import msgspec

JsonObject = dict[str, Any]

# Further than any number that a program computes with; written out, a larger one fills the memory.
_FURTHEST = 400
# Deeper than any record; what can be read must also be walked through, from deep inside a call.
_DEEPEST = 100
# Not where the backslash itself is what is quoted.
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


def _number(text: str) -> Decimal:
    value = Decimal(text)
    if abs(value.adjusted()) > _FURTHEST:
        raise ValueError("a number is out of range")
    return value


# Stands for a character that cannot be kept.
UNREADABLE = "\ufffd"

_decoder = msgspec.json.Decoder(float_hook=_number)
_encoder = msgspec.json.Encoder(decimal_format="number")
_canonical = msgspec.json.Encoder(decimal_format="number", order="deterministic")


def decode(raw: bytes | str) -> Any:
    """Parse JSON; fractions come back as ``Decimal``, whole numbers as ``int``, a NUL as ``UNREADABLE``.

    Raises:
        ValueError: ``raw`` is not JSON, is nested absurdly deep, or has a number beyond what anybody computes with.
    """
    try:
        value = _decoder.decode(_without_nul(raw))
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error
    except ArithmeticError as error:
        raise ValueError("a number is out of range") from error
    if _may_be_deep(raw):
        _check_depth(value)
    return value


def _without_nul(raw: bytes | str) -> bytes | str:
    # No database keeps one, no record needs one, and a call must not fail at being noted after it was made.
    if isinstance(raw, str):
        return raw if "\\u0000" not in raw else _without_nul(raw.encode())
    return raw if b"\\u0000" not in raw else _NUL.sub(rb"\1\\ufffd", raw)


def _may_be_deep(raw: bytes | str) -> bool:
    # Counting is much quicker than looking, and nearly always enough.
    if isinstance(raw, str):
        return raw.count("{") + raw.count("[") > _DEEPEST
    return raw.count(b"{") + raw.count(b"[") > _DEEPEST


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST + 1):
        level = [
            item
            for one in level
            if isinstance(one, dict | list)
            for item in (one.values() if isinstance(one, dict) else one)
            if isinstance(item, dict | list)
        ]
        if not level:
            return
    raise ValueError("the JSON is nested too deeply")


def encode(value: Any) -> bytes:
    """Write compact UTF-8 JSON; decimals become JSON numbers with their digits kept."""
    return _encoder.encode(value)


def pretty(value: Any) -> str:
    """Write JSON for people: indented, exact numbers."""
    return msgspec.json.format(encode(value), indent=2).decode()


def fingerprint(value: Any) -> str:
    """Return a hash of ``value`` that does not depend on key order or on trailing zeros of numbers."""
    return hashlib.sha256(_canonical.encode(_normalised(value))).hexdigest()


def _normalised(value: Any) -> Any:
    if isinstance(value, Decimal):
        # 150.10 and 150.1 are the same money; 1E+2 and 100 too.
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, int) and not isinstance(value, bool):
        return format(Decimal(value).normalize(), "f") if value else "0"
    if isinstance(value, dict):
        return {key: _normalised(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normalised(item) for item in value]
    return value


def indented(value: Any) -> str:
    """Write JSON for people: a line for each field, fractions with every digit."""
    return msgspec.json.format(encode(value), indent=2).decode()
