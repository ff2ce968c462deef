"""Fields by their path (``contact.email``, ``items.0.name``), and texts with places in braces for them.

What is not there, what is null and what is an empty text are three things: ``find`` keeps them apart.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_PLACE = re.compile(r"\{([a-z0-9_.]+)\}")


class Missing:
    """The type of ``MISSING``, of which there is one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        # Copied or sent to another process, it is still the same one.
        return "MISSING"


MISSING: Final = Missing()
"""What stands for a field that is not there; it is compared with ``is``, and never written anywhere."""


def find(scope: JsonObject, path: str) -> Any:
    """Follow ``path`` (``event.contact.email``, ``event.items.0.name``) into ``scope``; MISSING when it ends early."""
    value: Any = scope
    for part in path.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return MISSING
    return value


def look_up(scope: JsonObject, path: str) -> Any:
    """Like ``find``, for those to whom nothing and null are the same; None when it ends early."""
    found = find(scope, path)
    return None if found is MISSING else found


def has(scope: JsonObject, path: str) -> bool:
    """Tell whether ``path`` leads anywhere, if only to null."""
    return find(scope, path) is not MISSING


def filled(template: str, scope: JsonObject) -> str:
    """Fill the places of a text.

    Raises:
        HeldError: There is nothing for a place; an empty text would be a guess.
    """
    return _PLACE.sub(lambda place: _filled(place[1], template, scope), template)


def places(template: str) -> list[str]:
    """Return the paths that a text has places for."""
    return _PLACE.findall(template)


def _filled(path: str, template: str, scope: JsonObject) -> str:
    found = look_up(scope, path)
    if found is None or isinstance(found, dict | list):
        raise HeldError(
            f"the text {template!r} needs {path}, which this record does not have",
            cause=f"mapping.missing.{path}",
        )
    return word(found)


def word(value: Any) -> str:
    """Return a plain value as a text or a key shows it: as JSON would, so a yes is ``true``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
