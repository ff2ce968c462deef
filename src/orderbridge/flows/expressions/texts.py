"""Functions on texts that the library has wrong, or that could fill the memory at once."""

from __future__ import annotations

import re
from typing import Any

from orderbridge.flows.expressions import arithmetic, values
from orderbridge.flows.expressions.arithmetic import Number
from orderbridge.flows.expressions.library import Functions
from orderbridge.flows.expressions.problems import ComputeError, from_code

_PLACE = re.compile(r"\$(\$|[0-9]{1,2})")


def lowercase(text: str | None) -> str | None:
    """In small letters; the library folds them, which changes the word."""
    return None if text is None else text.lower()


def pad(text: str | None, width: Number | None, with_: str | None) -> str | None:
    """Filled up on the right, or on the left where ``width`` is negative."""
    if text is None or width is None:
        return text
    size = values.checked_length(abs(int(width)))
    filling = with_ or " "
    more = (filling * (max(0, size - len(text)) // len(filling) + 1))[: max(0, size - len(text))]
    return text + more if width >= 0 else more + text


def split(text: str | None, separator: Any, limit: Number | None) -> list[str] | None:
    """The parts of a text between separators."""
    if text is None:
        return None
    if limit is not None and limit < 0:
        raise from_code("D3020")
    if separator is None:
        raise from_code("T0410")
    if isinstance(separator, str):
        parts = list(text) if not separator else text.split(separator)
    else:
        # Not the pattern's own split, which puts its groups among the parts.
        parts, start = [], 0
        for found in _matcher(separator).finditer(text):
            parts.append(text[start : found.start()])
            start = found.end()
        parts.append(text[start:])
    return parts if limit is None else parts[: int(limit)]


def replace(text: str | None, pattern: Any, with_: Any, limit: Number | None) -> str | None:
    """A text with others in it replaced; ``$1`` is a group, ``$0`` the whole, ``$$`` a dollar sign."""
    if text is None:
        return None
    if limit is not None and limit < 0:
        raise from_code("D3011")
    if pattern is None or with_ is None:
        raise from_code("T0410")
    if pattern == "":
        raise from_code("D3010")
    if limit is not None and int(limit) == 0:
        return text
    made = 0

    def replacement(found: re.Match[str]) -> str:
        nonlocal made
        if isinstance(with_, str):
            # Between texts, a dollar sign is nothing special.
            result = (
                with_ if isinstance(pattern, str) else _PLACE.sub(lambda place: _part(place[1], found), with_)
            )
        else:
            result = Functions.func_apply(with_, [Functions.to_jsonata_match(found)])
            if not isinstance(result, str):
                raise from_code("D3012")
        made += len(result)
        values.checked_length(made)
        return result

    expression = re.compile(re.escape(pattern)) if isinstance(pattern, str) else _matcher(pattern)
    return expression.sub(replacement, text, count=int(limit or 0))


def _part(which: str, found: re.Match[str]) -> str:
    if which == "$":
        return "$"
    groups = found.re.groups
    # $12 is the first group and a 2 where there are fewer than twelve.
    if int(which) > groups and len(which) > 1 and int(which[0]) <= groups:
        return (found.group(int(which[0])) or "") + which[1]
    return (found.group(int(which)) or "") if int(which) <= groups else ""


def join(parts: list[str] | None, separator: str | None) -> str | None:
    """Texts put together."""
    if parts is None:
        return None
    between = separator or ""
    values.checked_length(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


def format_number(value: Number | None, picture: str | None, options: Any) -> str | None:
    """A number as a picture shows it, rounded half even to the digits that the picture has."""
    if value is None or picture is None:
        return None
    chosen: dict[str, Any] = options or {}
    separator = chosen.get("pattern-separator", ";")
    pictures = picture.split(separator)
    shown = pictures[-1] if value < 0 else pictures[0]
    point, zero = chosen.get("decimal-separator", "."), chosen.get("zero-digit", "0")
    if len(zero) != 1 or chosen.get("exponent-separator", "e") in shown:
        # With an exponent, how many digits are kept depends on the number.
        raise ComputeError("formats a number with a picture that is wrong", cause="no_result")
    family = {chr(ord(zero) + digit) for digit in range(10)} | {chosen.get("digit", "#")}
    places = sum(1 for character in shown.partition(point)[2] if character in family)
    places += 2 if chosen.get("percent", "%") in shown else 0
    places += 3 if chosen.get("per-mille", "‰") in shown else 0
    with arithmetic.wide():
        result = Functions.format_number(arithmetic.rounded(value, places), picture, chosen)
    return str(result)


def format_base(value: Number | None, base: Number | None) -> str | None:
    """A whole number to another base."""
    if value is None:
        return None
    radix = 10 if base is None else int(base)
    if not 2 <= radix <= 36:
        raise from_code("D3100")
    return str(Functions.base_repr(int(arithmetic.rounded(value)), radix)).lower()


def format_integer(value: Number | None, picture: str | None) -> str | None:
    """A whole number as a picture shows it: in words, in Roman numerals, with leading zeros."""
    if value is None or picture is None:
        return None
    # The library counts in floats here, which are exact as far as this.
    if not -(10**15) < value < 10**15:
        raise ComputeError("formats a whole number of more than 15 digits", cause="number_out_of_range")
    return str(Functions.format_integer(int(value), picture))


def _matcher(value: Any) -> re.Pattern[str]:
    if not isinstance(value, re.Pattern):
        raise ComputeError("needs a text or a regular expression here", cause="wrong_type")
    return value
