"""What the values of a flow refer to, and what can be known of them before anything has happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orderbridge.core.places import places
from orderbridge.flows import expression_check
from orderbridge.flows.field_mapping import SOURCES
from orderbridge.flows.places import Loc

# What stands there is itself, whatever it looks like.
_PLAIN = frozenset({"map", "lookup", "value", "convert"})
_FALLBACKS = frozenset({"otherwise", "if_missing"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that a value takes.

    Attributes:
        path: ``steps.payment.id``.
        loc: Where it stands.
        needed: Nothing is said of what happens without it.
        whole: The path is the author's own, and not one found in an expression.
    """

    path: str
    loc: Loc
    needed: bool
    whole: bool = True


def references(value: Any, loc: Loc, *, needed: bool = True) -> Iterator[Reference]:
    """Yield every field that a mapping takes, those of its parts too; ``needed``: not only where another is missing."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from references(item, (*loc, number), needed=needed)
    if not isinstance(value, Mapping):
        return
    for key, part in value.items():
        here = (*loc, key)
        if key == "from" and isinstance(part, str):
            yield Reference(part, here, needed=needed and not _FALLBACKS & set(value))
        elif key == "text" and isinstance(part, str):
            yield from in_text(part, here, needed=needed and not _FALLBACKS & set(value))
        elif key == "expression" and isinstance(part, str):
            yield from in_expression(part, here)
        elif key not in _PLAIN:
            yield from references(part, here, needed=needed and key not in _FALLBACKS)


def in_text(text: str, loc: Loc, *, needed: bool = True) -> Iterator[Reference]:
    """Yield the places of a text."""
    for path in places(text):
        yield Reference(path, loc, needed=needed)


def in_expression(text: str, loc: Loc) -> Iterator[Reference]:
    """Yield the steps that an expression names."""
    steps = {path.split(".")[1] for path in expression_check.fields(text) if path.startswith("steps.")}
    for step_id in sorted(steps):
        yield Reference(f"steps.{step_id}", loc, needed=False, whole=False)


def expressions(value: Any, loc: Loc) -> Iterator[tuple[str, Loc]]:
    """Yield every expression with its place."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from expressions(item, (*loc, number))
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key == "expression" and isinstance(part, str):
                yield part, (*loc, key)
            elif key not in _PLAIN:
                yield from expressions(part, (*loc, key))


def is_mapping(value: Any) -> bool:
    """Whether a value is filled when the flow runs, or built of such."""
    return isinstance(value, Mapping) and not value.keys().isdisjoint(SOURCES)


def is_open(text: str) -> bool:
    """Whether a text has places."""
    return bool(places(text))


def certain(value: Any) -> bool:
    """Whether a value is known before anything has happened."""
    if isinstance(value, list):
        return all(certain(item) for item in value)
    if not isinstance(value, Mapping):
        return True
    if set(value) == {"text"}:
        return isinstance(value["text"], str) and not is_open(value["text"])
    if set(value) == {"value"}:
        return True
    return (
        set(value) == {"object"}
        and isinstance(value["object"], Mapping)
        and all(certain(item) for item in value["object"].values())
    )


def known(value: Any) -> Any:
    """Return what a value that is ``certain`` stands for."""
    if isinstance(value, list):
        return [known(item) for item in value]
    if isinstance(value, Mapping):
        if "text" in value:
            return value["text"]
        if "value" in value:
            return value["value"]
        return {key: known(item) for key, item in value["object"].items()}
    return value


def texts(value: Any, loc: Loc) -> Iterator[tuple[str, Loc]]:
    """Yield every text of a value with its place."""
    if isinstance(value, str):
        yield value, loc
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, (*loc, number))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, (*loc, key))
