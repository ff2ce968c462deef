"""Flows that are about to be published, between their connections, and what is wrong with them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orderbridge.automation import account_fields
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import loops, validate
from orderbridge.flows.loops import Wired
from orderbridge.flows.model import Flow
from orderbridge.flows.places import loc_of
from orderbridge.flows.problems import Problem
from orderbridge.flows.shape import Line, no_line
from orderbridge.store import connections, flows
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.flows import StoredFlow

_SYSTEMS = {"ghl": "HighLevel", "act": "Act!"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A flow between two connections.

    Attributes:
        subject: The file or the flow, for messages.
        line: Of each place, where the flow was read from a file.
    """

    flow: Flow
    source: Connection
    target: Connection
    subject: str
    line: Line = no_line

    @property
    def flow_id(self) -> str:
        """The same for the same name between the same connections."""
        return derived_id(self.flow.flow, self.source.id, self.target.id)

    @property
    def name(self) -> str:
        """As people know it."""
        return f"{self.flow.flow} ({self.source.name} to {self.target.name})"

    @property
    def definition(self) -> JsonObject:
        """What is stored and runs."""
        return self.flow.as_json()

    def wired(self) -> Wired:
        """The flow as the search for circles sees it."""
        return _wired(self.name, self.flow, self.source, self.target)


async def candidate(
    runtime: Runtime,
    flow: Flow,
    *,
    source: str,
    target: str,
    subject: str | None = None,
    line: Line = no_line,
) -> Candidate:
    """Find a flow's connections by their names.

    Raises:
        SetupError: There is no such connection.
    """
    async with runtime.db.read() as tx:
        one, other = await connections.named(tx, source), await connections.named(tx, target)
    return Candidate(
        flow=flow,
        source=one,
        target=other,
        subject=subject or f"flow {flow.flow}",
        line=line,
    )


def directed(flow: Flow, one: Connection, other: Connection) -> tuple[Connection, Connection]:
    """Return source and target among two connections: from where the trigger is to the other side."""
    system = operation(flow.trigger).system
    return (other, one) if system == other.system != one.system else (one, other)


async def problems(runtime: Runtime, one: Candidate) -> list[Problem]:
    """Return what is wrong with a flow by itself and with its accounts; circles are ``circles``."""
    found = validate.problems(one.flow, line=one.line)
    found += _between(one)
    # What cannot be read need not be compared with the fields of an account.
    if not any(not item.warning for item in found):
        found += await account_fields.problems(runtime, one.flow, one.source.id, one.target.id)
    return [_with_line(item, one) for item in dict.fromkeys(found)]


def _between(one: Candidate) -> list[Problem]:
    found = []
    if one.source.mode != one.target.mode:
        message = (
            f"{one.source.name} is {one.source.mode} and {one.target.name} is {one.target.mode}; "
            "test and live never meet"
        )
        found.append(Problem(place="target", message=message))
    systems = {one.source.system, one.target.system, "core"}
    try:
        system = operation(one.flow.trigger).system
    except FlowError:
        system = "core"
    if system not in ("core", one.source.system):
        message = (
            f"{one.flow.trigger} listens to {system}, and the source {one.source.name} is a connection of "
            f"{one.source.system}"
        )
        found.append(Problem(place="trigger", message=message))
    for step in one.flow.actions():
        try:
            wanted = operation(step.action).system
        except FlowError:
            continue
        if wanted not in systems:
            message = (
                f"{step.action} works on {_SYSTEMS[wanted]}, and neither {one.source.name} nor {one.target.name} is a "
                "connection of it"
            )
            found.append(Problem(place=f"steps.{step.id}.action", message=message))
    return found


async def circles(
    tx: Tx, new: Sequence[Candidate], own_addresses: frozenset[str]
) -> list[tuple[Candidate, Problem]]:
    """Return the circles that flows would close, with each other and with those that are switched on."""
    by_id = {item.id: item for item in await connections.every(tx)}
    names = {item.name for item in new}
    beside = [_stored(item, by_id) for item in await flows.enabled(tx) if item.name not in names]
    others = [item for item in beside if item is not None]
    wired = {item.name: item.wired() for item in new}
    return [
        (item, _with_line(problem, item))
        for item in new
        for problem in loops.problems(
            wired[item.name],
            [*others, *(other for name, other in wired.items() if name != item.name)],
            own_addresses,
        )
    ]


def _stored(item: StoredFlow, by_id: dict[str, Connection]) -> Wired | None:
    source, target = by_id.get(item.source_connection), by_id.get(item.target_connection)
    if source is None or target is None:
        return None
    return _wired(item.name, Flow.model_validate(item.definition), source, target)


def _wired(name: str, flow: Flow, source: Connection, target: Connection) -> Wired:
    return Wired(
        name=name,
        flow=flow,
        source=source.id,
        connections={source.system: source.id} | {target.system: target.id},
    )


def _with_line(problem: Problem, one: Candidate) -> Problem:
    if problem.line is not None or one.line is no_line:
        return problem
    return replace(problem, line=one.line(loc_of(one.flow.as_json(), problem.place)))
