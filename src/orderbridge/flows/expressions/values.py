"""Values within an evaluation: what is nothing, null, true, equal; in and out of JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orderbridge.core import jsonio
from orderbridge.core.places import MISSING
from orderbridge.flows.expressions import arithmetic
from orderbridge.flows.expressions.arithmetic import is_number
from orderbridge.flows.expressions.library import NULL, Functions, Symbol, Utils
from orderbridge.flows.expressions.problems import ComputeError

LONGEST_TEXT = 1_000_000
# JSON may be 100 deep in this product; what carries the result takes some.
_DEEPEST = 90


def taken(value: Any) -> Any:
    """Prepare a decoded JSON value for the evaluation, in place: its null is a value, and no lack of one."""
    if value is None:
        return NULL
    if isinstance(value, dict):
        for key, item in value.items():
            if item is None or isinstance(item, dict | list):
                value[key] = taken(item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if item is None or isinstance(item, dict | list):
                value[number] = taken(item)
    return value


def given(value: Any, depth: int = 0) -> Any:
    """Return the JSON of a result; ``MISSING`` where there is none.

    Raises:
        ComputeError: It is, or holds, something that is no JSON.
    """
    if value is None:
        return None if depth else MISSING
    if value is NULL:
        return None
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return arithmetic.plain(arithmetic.ranged(value))
    if depth > _DEEPEST:
        raise ComputeError("gives a result that is nested too deeply", cause="nested_too_deeply")
    if isinstance(value, list):
        return [given(item, depth + 1) for item in value]
    if is_function(value):
        raise ComputeError("gives a function where a value is needed", cause="wrong_type")
    if isinstance(value, dict):
        return {key: given(item, depth + 1) for key, item in value.items()}
    raise ComputeError(f"gives a {type(value).__name__}, which is no JSON", cause="wrong_type")


def is_function(value: Any) -> bool:
    """Tell whether ``value`` can be called, or matches texts."""
    return bool(isinstance(value, Symbol) or Utils.is_function(value) or Functions.is_regex(value))


def truth(value: Any) -> bool | None:
    """Tell whether ``value`` counts as true; None where there is none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return any(truth(item) for item in value)
    if isinstance(value, str | dict) or is_number(value):
        return bool(value)
    return False


def holds(value: Any) -> bool:
    """Tell whether ``value`` counts as true; nothing does not."""
    return bool(truth(value))


def equal(left: Any, right: Any) -> bool:
    """Tell whether two values are the same; 1.10 and 1.1 are, 1 and true are not."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(Utils.is_deep_equal(left, right))


def text(value: Any, *, pretty: bool = False) -> str | None:
    """Write ``value`` as a text; None where there is none."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return arithmetic.written(value)
    if is_function(value):
        return ""
    shown = given(value)
    return jsonio.pretty(shown) if pretty else jsonio.encode(shown).decode()


def kind(value: Any) -> str | None:
    """Name the JSON type of ``value``."""
    if value is None:
        return None
    if value is NULL:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    return "function" if is_function(value) else "object"


def checked_length(length: int) -> int:
    """Return the length of a text to be made, unless it is absurd."""
    if length > LONGEST_TEXT:
        raise ComputeError(f"makes a text of more than {LONGEST_TEXT:,} characters", cause="too_large")
    return length
