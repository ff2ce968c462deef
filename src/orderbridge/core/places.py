"""Fields by their path (``contact.email``, ``items.0.name``), and texts with places in braces for them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_PLACE = re.compile(r"\{([a-z0-9_.]+)\}")


class _Missing:
    """The kind of ``MISSING``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


# There is nothing, which is neither null nor an empty text.
MISSING: Final = _Missing()


def look_up(scope: JsonObject, path: str) -> Any:
    """Follow ``path`` (``event.contact.email``, ``event.items.0.name``) into ``scope``; None when it ends early."""
    found = _walk(scope, path)
    return None if found is MISSING else found


def has(scope: JsonObject, path: str) -> bool:
    """Tell whether ``path`` leads anywhere, if only to null."""
    return _walk(scope, path) is not MISSING


def _walk(scope: JsonObject, path: str) -> Any:
    value: Any = scope
    for part in path.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return MISSING
    return value


def filled(template: str, scope: JsonObject) -> str:
    """Fill the places of a text.

    Raises:
        HeldError: There is nothing for a place; an empty text would be a guess.
    """
    return _PLACE.sub(lambda place: _filled(place[1], template, scope), template)


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
