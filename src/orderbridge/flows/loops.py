"""Flows that could start themselves, alone or in a circle.

The rule: a change that a proved write of a flow made starts nothing, because its fingerprint is known for our own. A
change that cannot be known for our own does: a published call as it is, a request to our own address. So a circle
in which every flow starts the next one by such a change would never end, and is refused. A circle with a proved write
in it comes to rest there; it is told as a warning, because a provider that changes a value which it is given
makes a change of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orderbridge.catalogue.own_events import INBOUND
from orderbridge.flows.effects import Touch, Writes, listens, writes
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import Problem

_LONGEST = 8
_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """A flow between its connections.

    Attributes:
        name: As people know it.
        source: Id of the connection that it listens to.
        connections: Id of the connection of each system that it works on.
    """

    name: str
    flow: Flow
    source: str
    connections: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Edge:
    start: str
    end: str
    by: Writes
    kind: str


def problems(new: Wired, others: Sequence[Wired], own_addresses: frozenset[str]) -> list[Problem]:
    """Return the circles that a flow would be part of.

    Args:
        new: The flow.
        others: All that are switched on beside it.
        own_addresses: ``host:port`` at which this server is reached.
    """
    every = {item.name: item for item in (*others, new)}
    edges: dict[str, list[_Edge]] = {name: [] for name in every}
    for item in every.values():
        edges[item.name] = list(_edges(item, every.values(), own_addresses))
    found: list[Problem] = []
    told: set[tuple[tuple[str, ...], bool]] = set()
    for circle in _circles(new.name, edges):
        names = tuple(edge.start for edge in circle)
        endless = not any(edge.by.proved for edge in circle)
        if (names, endless) in told or len(found) >= _MOST:
            continue
        told.add((names, endless))
        found.append(_problem(circle, endless=endless))
    return sorted(found, key=lambda item: item.warning)


def _edges(item: Wired, every: Iterable[Wired], own_addresses: frozenset[str]) -> Iterator[_Edge]:
    for step in writes(item.flow, own_addresses):
        for other in every:
            touch = listens(other.flow)
            if touch is not None and (hit := _hit(item, step, other, touch)):
                yield _Edge(item.name, other.name, step, hit.kind)


def _hit(item: Wired, step: Writes, other: Wired, wanted: Touch) -> Touch | None:
    for touch in step.touches:
        same = touch.system == "core" or item.connections.get(touch.system) == other.source
        if same and touch.starts(wanted):
            return touch
    return None


def _circles(start: str, edges: Mapping[str, Sequence[_Edge]]) -> Iterator[list[_Edge]]:
    """Yield the ways from a flow back to it, the short ones first; each flow stands once in a way."""
    ways: list[list[_Edge]] = [[edge] for edge in edges[start]]
    steps = 0
    while ways and steps < 2_000:
        steps += 1
        way = ways.pop(0)
        if way[-1].end == start:
            yield way
        elif len(way) < _LONGEST and way[-1].end not in {edge.start for edge in way}:
            ways += [[*way, edge] for edge in edges[way[-1].end]]


def _problem(circle: Sequence[_Edge], *, endless: bool) -> Problem:
    first = circle[0]
    if len(circle) == 1:
        what = f"{first.by.ref} {_does(first)}, which is what starts this flow"
    else:
        ways = ", then ".join(f"{edge.start} {_does(edge)}" for edge in circle)
        what = f"these flows start each other in a circle: {ways}, and that starts {first.start} again"
    if endless:
        message = (
            f"{what}, and nothing tells such a change from anybody else's, so it would never end; use an operation "
            "that is proved, or listen to something else"
        )
    else:
        message = f"{what}; it comes to rest, because a change that a proved write made starts nothing"
    return Problem(place=f"steps.{first.by.step}", message=message, warning=not endless)


def _does(edge: _Edge) -> str:
    if edge.kind == INBOUND:
        return "calls an address of ours"
    return f"changes {'an' if edge.kind[0] in 'aeiou' else 'a'} {edge.kind.replace('_', ' ')}"
