"""Check a flow and freeze it as its next version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderbridge.automation.candidates import Candidate, candidate, circles, problems
from orderbridge.automation.live_gate import may_run, refuse_unchecked
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import validate
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import FlowProblemsError, Problem, wrong
from orderbridge.store import connections, drafts, flows
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who publishes, and why.

    Attributes:
        name: A person or the token of a program.
        note: A few words for the history.
        own_addresses: ``host:port`` at which this server is reached, so that a flow that calls it is known.
    """

    name: str
    note: str | None = None
    own_addresses: frozenset[str] = frozenset()


_NOBODY = Author(name="the product")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What became of a flow.

    Attributes:
        outcome: ``created``, ``changed``, or ``unchanged`` where the version before says the same.
        enabled: Whether it is on now.
        warnings: What was published all the same.
    """

    name: str
    version: int
    outcome: str
    enabled: bool
    warnings: tuple[Problem, ...] = ()


async def publish(
    runtime: Runtime, flow: Flow, *, source: str, target: str, author: Author = _NOBODY
) -> tuple[str, int]:
    """Publish a flow between two connections and switch it on; returns its name and version.

    Raises:
        FlowProblemsError: Something is wrong with it.
        SetupError: There is no such connection.
    """
    one = await candidate(runtime, flow, source=source, target=target)
    [done] = await publish_all(runtime, [one], author=author, enabled=True)
    return done.name, done.version


async def publish_all(
    runtime: Runtime, new: Sequence[Candidate], *, author: Author = _NOBODY, enabled: bool | None = None
) -> list[Published]:
    """Publish flows in one transaction: all of them, or none.

    Args:
        enabled: Switch them on or off; None leaves each as it is, and switches on those that are new.

    Raises:
        FlowProblemsError: Something is wrong with one of them.
    """
    warnings = await refuse_wrong(runtime, new)
    async with runtime.db.begin() as tx:
        return await freeze(tx, new, author=author, enabled=enabled, warnings=warnings)


async def refuse_wrong(runtime: Runtime, new: Sequence[Candidate]) -> dict[str, list[Problem]]:
    """Look at flows with their accounts at hand; returns the warnings of each.

    Raises:
        FlowProblemsError: Something is wrong with one of them.
    """
    found = [(item, await problems(runtime, item)) for item in new]
    refuse(found)
    return {item.name: problems for item, problems in found}


def refuse(found: Sequence[tuple[Candidate, Sequence[Problem]]]) -> None:
    """Raise where something is more than a warning.

    Raises:
        FlowProblemsError: Names the first place; counts the others.
    """
    bad = [(item, found) for item, found in found if wrong(found)]
    if bad:
        first, said = bad[0]
        raise FlowProblemsError(first.subject, said, more=sum(len(wrong(item)) for _, item in bad) - 1)


async def freeze(
    tx: Tx,
    new: Sequence[Candidate],
    *,
    author: Author,
    enabled: bool | None = None,
    warnings: dict[str, list[Problem]] | None = None,
    template: str | None = None,
) -> list[Published]:
    """Publish flows that were found right, unless together they close a circle.

    Between live accounts a flow is switched on only where this very definition has gone live.

    Raises:
        FlowProblemsError: They do.
    """
    await flows.one_at_a_time(tx)
    closed = await circles(tx, new, author.own_addresses)
    refuse([(item, [problem]) for item, problem in closed])
    before = {item.id: item for item in await flows.every(tx)}
    done = []
    for item in new:
        definition = item.flow.as_json()
        old = before.get(item.flow_id)
        wanted = enabled if enabled is not None else old is None or old.enabled
        on = wanted and await may_run(tx, item.flow_id, item.source, definition)
        version = await flows.publish(
            tx,
            flow_id=item.flow_id,
            name=item.name,
            template=template,
            source_connection=item.source.id,
            target_connection=item.target.id,
            definition=definition,
            enabled=on,
            published_by=author.name,
            note=author.note,
        )
        draft = await drafts.find(tx, item.flow_id)
        if draft is not None and draft.definition == definition:
            # It is published now; one that says something else is somebody's work.
            await drafts.discard(tx, item.flow_id)
        outcome = "created" if old is None else "unchanged" if old.version == version else "changed"
        said = [*(warnings or {}).get(item.name, ()), *(problem for one, problem in closed if one is item)]
        done.append(
            Published(name=item.name, version=version, outcome=outcome, enabled=on, warnings=tuple(said))
        )
    return done


async def switch_on(runtime: Runtime, name: str, *, author: Author = _NOBODY) -> list[Problem]:
    """Switch a published flow on, unless that closes a circle; returns the warnings.

    Raises:
        FlowProblemsError: It could start itself without end.
        FlowError: It works on live accounts and has not gone live.
        SetupError: There is no such flow.
    """
    async with runtime.db.begin() as tx:
        await flows.one_at_a_time(tx)
        await refuse_unchecked(tx, name)
        stored = await flows.by_name(tx, name)
        by_id = {item.id: item for item in await connections.every(tx)}
        one = Candidate(
            flow=Flow.model_validate(stored.definition),
            source=by_id[stored.source_connection],
            target=by_id[stored.target_connection],
            subject=name,
        )
        closed = await circles(tx, [one], author.own_addresses)
        refuse([(item, [problem]) for item, problem in closed])
        await flows.set_enabled(tx, name, enabled=True)
    return [problem for _, problem in closed]


def check(flow: Flow) -> None:
    """Check a flow by itself, without its accounts.

    Raises:
        FlowProblemsError: Something is wrong with it.
    """
    if wrong(found := validate.problems(flow)):
        raise FlowProblemsError(f"flow {flow.flow}", found)
