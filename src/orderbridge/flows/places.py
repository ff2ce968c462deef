"""Where something is in a flow: its way through lists and objects, and the words for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderbridge.core.jsonio import JsonObject

Loc = tuple[str | int, ...]


def place_of(definition: Any, loc: Loc) -> str:
    """Return the words for a way: ``steps.payment.with.amount``; a step goes by its id, wherever it stands."""
    parts: list[str] = []
    value: Any = definition
    for before, part in zip(("", *loc), loc, strict=False):
        value = _inside(value, part)
        step_id = value.get("id") if isinstance(value, Mapping) else None
        if before == "steps" and isinstance(part, int) and isinstance(step_id, str):
            parts = ["steps", step_id]
        else:
            parts.append(str(part))
    return ".".join(parts) or "the flow"


def loc_of(definition: Any, place: str) -> Loc:
    """Return the way to a place, as far as it leads; the opposite of ``place_of``."""
    parts = place.split(".")
    loc: Loc = ()
    if parts[0] == "steps" and len(parts) > 1:
        found = next((way for way, step in steps_of(definition) if step.get("id") == parts[1]), None)
        if found is not None:
            loc, parts = found, parts[2:]
    value = at(definition, loc)
    while parts:
        part, used = _next(value, parts)
        if part is None:
            break
        loc, value, parts = (*loc, part), _inside(value, part), parts[used:]
    return loc


def at(definition: Any, loc: Loc) -> Any:
    """Return what stands there, or None."""
    for part in loc:
        definition = _inside(definition, part)
    return definition


def steps_of(definition: Any, loc: Loc = ()) -> Iterator[tuple[Loc, JsonObject]]:
    """Yield every step with its way, also those within branches and lists."""
    steps = definition.get("steps") if isinstance(definition, Mapping) else None
    for number, step in enumerate(steps if isinstance(steps, list) else []):
        if not isinstance(step, dict):
            continue
        way: Loc = (*loc, "steps", number)
        yield way, step
        yield from steps_of(step, way)
        branches = step.get("choose")
        for index, branch in enumerate(branches if isinstance(branches, list) else []):
            yield from steps_of(branch, (*way, "choose", index))


def _next(value: Any, parts: list[str]) -> tuple[str | int | None, int]:
    if isinstance(value, list):
        number = int(parts[0]) if parts[0].isdecimal() else len(value)
        return (number, 1) if number < len(value) else (None, 0)
    if isinstance(value, Mapping):
        # The keys of a value map may have dots of their own.
        for used in range(len(parts), 0, -1):
            if (key := ".".join(parts[:used])) in value:
                return key, used
    return None, 0


def _inside(value: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return value[part] if isinstance(value, list) and part < len(value) else None
    return value.get(part) if isinstance(value, Mapping) else None
