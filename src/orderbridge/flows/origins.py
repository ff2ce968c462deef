"""Where the fields of a flow's actions come from: what its author mapped, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orderbridge.flows.model import Flow
from orderbridge.flows.references import references


@dataclass(frozen=True, slots=True)
class Origin:
    """A field that an action gets.

    Attributes:
        sources: The places that its value is made of, such as ``event.currency``; none for a fixed value.
    """

    step: str
    action: str
    field: str
    sources: tuple[str, ...]


def origins(flow: Flow) -> Iterator[Origin]:
    """Yield the fields of every action, in the order of the text."""
    for step in flow.actions():
        for name, value in step.with_.items():
            found = dict.fromkeys(item.path for item in references(value, (name,)))
            yield Origin(step.id, step.action, name, tuple(found))
