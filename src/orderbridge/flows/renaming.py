"""Follow a step that gets another id into everything that takes what it gives."""

from __future__ import annotations

import re
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.places import steps_of

_PLAIN = frozenset(
    {"map", "lookup", "value", "convert", "equals", "not_equals", "in", "not_in", "above", "below"}
)


def rename(flow: JsonObject, old: str, new: str) -> None:
    """Write ``steps.<new>`` wherever a mapping, a condition or a text of the flow takes ``steps.<old>``."""
    named = re.compile(rf"\bsteps\.{re.escape(old)}(?![a-z0-9_])")
    for _, step in steps_of(flow):
        for key in ("with", "for_each", "when", "stop"):
            if key not in step:
                continue
            value = step[key]
            if key == "stop":
                step[key] = named.sub(f"steps.{new}", value) if isinstance(value, str) else value
            else:
                _follow(value, named, f"steps.{new}", in_fields=key == "with")
        for branch in step.get("choose") or []:
            _follow(branch.get("when"), named, f"steps.{new}", in_fields=False)


def _follow(value: Any, named: re.Pattern[str], new: str, *, in_fields: bool) -> None:
    if isinstance(value, list):
        for item in value:
            _follow(item, named, new, in_fields=False)
    if not isinstance(value, dict):
        return
    for key, part in value.items():
        # At the first level of an action's fields, the names are the operation's: one may be called text.
        if not in_fields and key in ("from", "text", "expression") and isinstance(part, str):
            value[key] = named.sub(new, part)
        elif in_fields or key not in _PLAIN:
            _follow(part, named, new, in_fields=key == "object" and not in_fields)
