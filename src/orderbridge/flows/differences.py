"""What is different between two editions of a flow: for people line by line, for programs place by place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.flows import files
from orderbridge.flows.places import Loc, place_of, steps_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A place at which two editions differ.

    Attributes:
        kind: ``added``, ``removed``, ``changed``, or ``order`` for steps in another order.
        before: What stands there in the first one.
        after: What stands there in the second one.
    """

    place: str
    kind: str
    before: Any = None
    after: Any = None

    def as_json(self) -> JsonObject:
        """The difference as it is shown."""
        return {"place": self.place, "kind": self.kind, "before": self.before, "after": self.after}


def same(before: JsonObject, after: JsonObject) -> bool:
    """Whether two editions say the same."""
    return files.write(before) == files.write(after)


def lines(before: JsonObject | None, after: JsonObject | None, *, names: tuple[str, str]) -> str:
    """Return the difference of two editions as their files differ; empty where they do not.

    Args:
        before: None: there is none.
        after: None: there is none.
        names: Of the two.
    """
    old, new = ([] if one is None else files.write(one).splitlines(keepends=True) for one in (before, after))
    return "".join(unified_diff(old, new, fromfile=names[0], tofile=names[1], n=3))


def places(before: JsonObject, after: JsonObject) -> list[Difference]:
    """Return the differences place by place; a step that is new or gone is one."""
    old, new = _leaves(before), _leaves(after)
    steps = [{str(step.get("id")) for _, step in steps_of(one)} for one in (before, after)]
    found = []
    for place in list(dict.fromkeys([*old, *new])):
        step = place.split(".")[1] if place.startswith("steps.") else None
        if step is not None and (step in steps[0]) != (step in steps[1]):
            place = f"steps.{step}"
        first, second = _part(before, old, place), _part(after, new, place)
        if first != second:
            kind = "added" if first is None else "removed" if second is None else "changed"
            found.append(Difference(place=place, kind=kind, before=first, after=second))
    order = [[str(step.get("id")) for _, step in steps_of(one)] for one in (before, after)]
    both = steps[0] & steps[1]
    kept = [[one for one in ids if one in both] for ids in order]
    if kept[0] != kept[1]:
        found.append(Difference(place="steps", kind="order", before=order[0], after=order[1]))
    return [one for number, one in enumerate(found) if one not in found[:number]]


def _part(definition: JsonObject, leaves: dict[str, Any], place: str) -> Any:
    parts = place.split(".")
    if parts[0] == "steps" and len(parts) == 2:
        return next((step for _, step in steps_of(definition) if step.get("id") == parts[1]), None)
    return leaves.get(place)


def _leaves(definition: JsonObject) -> dict[str, Any]:
    ordered = files.ordered(definition)
    return {place_of(ordered, loc): value for loc, value in _walk(ordered, ())}


def _walk(value: Any, loc: Loc) -> Iterator[tuple[Loc, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _walk(item, (*loc, key))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _walk(item, (*loc, number))
    else:
        yield loc, value
