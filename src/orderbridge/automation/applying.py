"""Bring the flows of this installation to what files say: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderbridge.automation import candidates, publishing
from orderbridge.automation.candidates import Candidate
from orderbridge.automation.publishing import Author, Published
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import differences
from orderbridge.flows.files import FlowFile
from orderbridge.flows.problems import FlowProblemsError, Problem
from orderbridge.store import connections, flows
from orderbridge.store.connections import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a file would do.

    Attributes:
        outcome: ``created``, ``changed`` or ``unchanged``.
        version: The published version that it was compared with; None where there is none.
        before: What is published.
        warnings: What is said of it all the same.
    """

    one: Candidate
    outcome: str
    version: int | None
    before: JsonObject | None
    warnings: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """The flow's name."""
        return self.one.name

    def difference(self) -> str:
        """How the file differs from what is published, line by line."""
        old = f"version {self.version}" if self.version else "nothing"
        return differences.lines(self.before, self.one.flow.as_json(), names=(old, self.one.subject))


async def plan(
    runtime: Runtime,
    files: Sequence[FlowFile],
    *,
    source: str | None = None,
    target: str | None = None,
    author: Author,
) -> list[Planned]:
    """Say what files would do.

    Args:
        files: One flow each.
        source: Name of the connection that starts those that do not say.
        target: Name of the connection that those work on that do not say.

    Raises:
        FlowProblemsError: Something is wrong with one of them.
    """
    new = await between(runtime, files, source=source, target=target)
    warnings = await publishing.refuse_wrong(runtime, new)
    async with runtime.db.begin() as tx:
        closed = await candidates.circles(tx, new, author.own_addresses)
        present = {item.id: item for item in await flows.every(tx)}
    publishing.refuse([(item, [problem]) for item, problem in closed])
    planned = []
    for one in new:
        stored = present.get(one.flow_id)
        outcome = "created"
        if stored is not None:
            outcome = "unchanged" if stored.definition == one.flow.as_json() else "changed"
        said = [*warnings[one.name], *(problem for item, problem in closed if item is one)]
        planned.append(
            Planned(
                one=one,
                outcome=outcome,
                version=stored.version if stored else None,
                before=stored.definition if stored else None,
                warnings=tuple(said),
            )
        )
    return planned


async def between(
    runtime: Runtime, files: Sequence[FlowFile], *, source: str | None = None, target: str | None = None
) -> list[Candidate]:
    """Find the connections that files name.

    Raises:
        FlowProblemsError: A file names none, or one that is not there, or two files are the same flow.
    """
    async with runtime.db.begin() as tx:
        every = await connections.every(tx)
    found: dict[str, Candidate] = {}
    for file in files:
        one = Candidate(
            flow=file.flow,
            source=_named(file, "source", file.source or source, every),
            target=_named(file, "target", file.target or target, every),
            subject=file.subject,
            line=file.document.line,
        )
        if (other := found.get(one.flow_id)) is not None:
            raise _wrong(file, "flow", f"{other.subject} is the flow {one.name} too")
        found[one.flow_id] = one
    return list(found.values())


async def carry_out(runtime: Runtime, planned: Sequence[Planned], *, author: Author) -> list[Published]:
    """Publish what was planned, in one transaction.

    Raises:
        FlowProblemsError: Meanwhile somebody published what closes a circle with it.
        HeldError: Meanwhile somebody published another version of one of the flows.
    """
    async with runtime.db.begin() as tx:
        await flows.one_at_a_time(tx)
        present = {item.id: item.version for item in await flows.every(tx)}
        for item in planned:
            if present.get(item.one.flow_id) != item.version:
                raise HeldError(
                    f"{item.name!r} was published by somebody else meanwhile; nothing was changed, look at it and "
                    "apply again",
                    cause="flow.changed_meanwhile",
                )
        warnings = {item.name: list(item.warnings) for item in planned}
        return await publishing.freeze(tx, [item.one for item in planned], author=author, warnings=warnings)


def _named(file: FlowFile, key: str, name: str | None, every: Sequence[Connection]) -> Connection:
    if name is None:
        raise _wrong(
            file, key, f"the file does not name its {key}; write {key}: and the name of a connection"
        )
    found = next((item for item in every if item.name == name), None)
    if found is None:
        known = ", ".join(item.name for item in every) or "none"
        raise _wrong(file, key, f"there is no connection {name!r}; there are {known}")
    return found


def _wrong(file: FlowFile, place: str, message: str) -> FlowProblemsError:
    problem = Problem(place=place, message=message, line=file.document.line((place,)))
    return FlowProblemsError(file.subject, [problem])
