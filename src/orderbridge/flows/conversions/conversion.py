"""What a conversion is, and how it refuses a value: by its kind, never by showing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orderbridge.catalogue.fields import Fields, object_of
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

HOLD, KEEP, LEAVE_OUT = "hold", "keep", "leave_out"
IF_UNKNOWN = (HOLD, KEEP, LEAVE_OUT)


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """Makes another spelling of a value; pure, and asked for by name.

    Attributes:
        name: As flows call it: ``date_time``.
        title: A few words.
        description: One sentence.
        options: What can be said about it.
        example: Options that work.
        convert: Makes the new value of a value that is neither missing nor null; MISSING leaves the field out.
    """

    name: str
    title: str
    description: str
    options: Fields
    example: JsonObject
    convert: Callable[[Any, JsonObject], Any]

    @property
    def schema(self) -> JsonObject:
        """JSON Schema of its options."""
        return object_of(self.options)


def refused(name: str, value: Any, wanted: str) -> HeldError:
    """Say that a value cannot be converted.

    Args:
        name: Of the conversion.
        value: What was given; only its kind is told, since it may be a secret in the wrong field.
        wanted: What would be right.
    """
    return HeldError(f"{kind_of(value)} {wanted}", cause=f"mapping.convert.{name}")


def kind_of(value: Any) -> str:
    """Return what a value is, without it: ``a text of 12 characters``."""
    if isinstance(value, str):
        return f"a text of {len(value)} characters" if value else "an empty text"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, dict) else "a number"


def text_of(name: str, value: Any, wanted: str) -> str:
    """Return a text without the blanks around it.

    Raises:
        HeldError: It is none, or an empty one.
    """
    if not isinstance(value, str) or not value.strip():
        raise refused(name, value, wanted)
    return value.strip()
