"""Going live: a checked switch from the accounts that a flow was tried on to the live ones, and the way back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from orderbridge.automation import alerting
from orderbridge.automation.candidates import Candidate as Publishable
from orderbridge.automation.candidates import circles, directed, problems
from orderbridge.automation.live_gate import LIVE
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.engine.readiness import Line
from orderbridge.engine.runtime import Runtime
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import wrong
from orderbridge.store import connections, flows, go_lives, tries
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.flows import StoredFlow


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Publishable):
    """A flow that is to work on live accounts, to the letter as it was tried.

    Attributes:
        tried_as: Name of the published flow that it is taken from; None where it comes from a file.
        template: The template that it belongs to, where it does.
    """

    tried_as: str | None = None
    template: str | None = None


Checker = Callable[[Runtime, Sequence[Candidate]], Awaitable[list[Line]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """What became of going live.

    Attributes:
        lines: Every check.
        flows: Names and versions of what is live now; empty where a check failed, or nothing was to be switched.
    """

    lines: Sequence[Line]
    flows: Sequence[tuple[str, int]] = ()

    @property
    def ready(self) -> bool:
        """Whether every check passed."""
        return all(line.ok for line in self.lines)

    def as_json(self) -> JsonObject:
        """The outcome as it is shown."""
        return {
            "ready": self.ready,
            "checks": [line.as_json() for line in self.lines],
            "live": [{"flow": name, "version": version} for name, version in self.flows],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """A flow that is live no more.

    Attributes:
        live_since: Since when it had been.
        runs_now: The version that runs in its place; None where nothing does.
        written: What it wrote meanwhile, by kind of record and verdict.
    """

    flow: str
    live_since: str
    runs_now: int | None
    written: Sequence[JsonObject]

    def as_json(self) -> JsonObject:
        """The outcome as it is shown."""
        return {
            "flow": self.flow,
            "live_since": self.live_since,
            "runs_now": self.runs_now,
            "written": list(self.written),
        }


async def candidates(
    runtime: Runtime, wanted: str | Flow, *, source: str | None = None, target: str | None = None
) -> list[Candidate]:
    """Find what is to go live: a flow by its name, every flow of a template, or a flow from a file.

    Args:
        runtime: The opened accounts.
        wanted: What.
        source: A live connection; None takes that of the flow itself.
        target: The other one.

    Raises:
        FlowError: The connections do not fit.
        SetupError: There is no such flow or connection.
    """
    async with runtime.db.read() as tx:
        every = {item.id: item for item in await connections.every(tx)}
        pair = [await connections.named(tx, name) for name in (source, target) if name is not None]
        found = [] if isinstance(wanted, Flow) else _chosen(await flows.every(tx), wanted, every)
    if isinstance(wanted, Flow):
        if len(pair) != 2:
            raise SetupError(
                "a flow from a file goes live between two connections: name --source and --target"
            )
        return [_between(wanted, *pair)]
    result = []
    for item in found:
        one, other = (
            pair if len(pair) == 2 else (every[item.source_connection], every[item.target_connection])
        )
        result.append(_between(Flow.model_validate(item.definition), one, other, stored=item))
    return result


def _chosen(every: Sequence[StoredFlow], wanted: str, known: dict[str, Connection]) -> list[StoredFlow]:
    named = [item for item in every if item.name == wanted]
    if named:
        return named
    fitting = [item for item in every if wanted in (item.template, item.definition["flow"])]
    if not fitting:
        raise SetupError(
            f"there is no flow or enabled template {wanted!r}; see 'orderbridge flows list'",
            cause="flow.missing",
        )
    chosen: dict[str, StoredFlow] = {}
    for item in fitting:
        # What was tried on a test pair is what was meant; without one, what waits on the live pair.
        is_live = known[item.source_connection].mode == LIVE
        before = chosen.get(item.definition["flow"])
        if before is None or known[before.source_connection].mode == LIVE:
            chosen[item.definition["flow"]] = item
        elif not is_live and before.definition != item.definition:
            raise FlowError(
                f"{before.name} and {item.name} differ; name the one that is to go live",
                cause="flow.ambiguous",
            )
    return list(chosen.values())


def _between(
    flow: Flow, one: Connection, other: Connection, *, stored: StoredFlow | None = None
) -> Candidate:
    source, target = directed(flow, one, other)
    for item in (source, target):
        if item.mode != LIVE:
            raise FlowError(
                f"{item.name} is a {item.mode} connection; a flow goes live between live ones, --source and --target",
                cause="flow.modes_differ",
            )
    return Candidate(
        flow=flow,
        source=source,
        target=target,
        subject=f"flow {flow.flow}",
        tried_as=stored.name if stored else None,
        template=stored.template if stored else None,
    )


async def go_live(
    runtime: Runtime,
    wanted: Sequence[Candidate],
    checkers: Sequence[Checker],
    *,
    by: str,
    only_check: bool = False,
) -> Switched:
    """Check everything, and where all is well let these flows work on their live accounts.

    Args:
        runtime: The opened accounts.
        wanted: What ``candidates`` found: all of it goes live, or nothing.
        checkers: What has to be so, see ``own_checks``.
        by: Who switches.
        only_check: Change nothing, whatever the checks say.
    """
    lines = [line for checker in checkers for line in await checker(runtime, wanted)]
    switched = []
    async with runtime.db.begin() as tx:
        await flows.one_at_a_time(tx)
        lines += await _without_circles(tx, wanted)
        result = Switched(lines=lines)
        if only_check or not result.ready:
            return result
        for item in wanted:
            before = await flows.find(tx, item.flow_id)
            version = await flows.publish(
                tx,
                flow_id=item.flow_id,
                name=item.name,
                template=item.template,
                source_connection=item.source.id,
                target_connection=item.target.id,
                definition=item.definition,
                enabled=True,
            )
            await go_lives.switch(
                tx,
                entry_id=random_id(),
                flow_id=item.flow_id,
                version=version,
                version_before=before.version if before and before.enabled else None,
                checks=[line.as_json() for line in lines],
                by=by,
                at=runtime.clock.now(),
            )
            switched.append((item.name, version))
    return Switched(lines=lines, flows=switched)


async def _without_circles(tx: Tx, wanted: Sequence[Candidate]) -> list[Line]:
    """Return a failed line for each flow that would start itself without end beside what is live already."""
    found = await circles(tx, wanted, frozenset())
    return [
        Line(
            id=f"circle.{one.flow.flow}",
            title=one.flow.title,
            ok=False,
            says=str(problem),
            next="let one of these flows not start the other, publish it on a test pair, and try it again",
        )
        for one, problem in found
        if wrong([problem])
    ]


async def standing(runtime: Runtime) -> list[JsonObject]:
    """List the flows with the accounts they join, and for live ones since when, by whom, and what ran before."""
    async with runtime.db.read() as tx:
        known = {item.id: item for item in await connections.every(tx)}
        rows = []
        for item in await flows.every(tx):
            source, target = known[item.source_connection], known[item.target_connection]
            entry = await go_lives.now(tx, item.id)
            rows.append(
                {
                    "name": item.name,
                    "title": item.definition.get("title") or item.definition["flow"],
                    "version": item.version,
                    "enabled": item.enabled,
                    "mode": source.mode,
                    "source": source.name,
                    "target": target.name,
                    "live_since": entry.switched_at if entry else None,
                    "live_by": entry.switched_by if entry else None,
                    "version_before": entry.version_before if entry else None,
                }
            )
    return rows


async def written_while_live(runtime: Runtime, name: str) -> list[JsonObject]:
    """Return what a flow has written since it went live, by kind of record and verdict; changes nothing.

    Raises:
        SetupError: There is no such flow.
        FlowError: It is not live.
    """
    async with runtime.db.read() as tx:
        found = next((item for item in await flows.every(tx) if item.name == name), None)
        if found is None:
            raise SetupError(f"there is no flow {name!r}; see 'orderbridge flows list'", cause="flow.missing")
        entry = await go_lives.now(tx, found.id)
        if entry is None:
            raise FlowError(f"{name} is not live", cause="flow.not_live")
        return await go_lives.written_since(tx, found.id, entry.switched_at)


async def take_back(runtime: Runtime, name: str, *, by: str) -> list[TakenBack]:
    """Let a flow, or every flow of a template, be live no more, and say what was written meanwhile.

    Where another version was live before, that one runs again. What was written stays: its receipts hold what was
    there before.

    Raises:
        SetupError: There is no such flow.
        FlowError: It is not live.
    """
    result = []
    async with runtime.db.begin() as tx:
        found = [
            item
            for item in await flows.every(tx)
            if name in (item.name, item.template, item.definition["flow"])
        ]
        if not found:
            raise SetupError(f"there is no flow {name!r}; see 'orderbridge flows list'", cause="flow.missing")
        for item in found:
            entry = await go_lives.now(tx, item.id)
            if entry is None:
                continue
            written = await go_lives.written_since(tx, item.id, entry.switched_at)
            await go_lives.take_back(tx, item.id, by=by, at=runtime.clock.now())
            before = entry.version_before
            earlier = await flows.version(tx, item.id, before) if before is not None else None
            runs_now = None
            if earlier is None or before == entry.version:
                await flows.set_enabled(tx, item.name, enabled=False)
            else:
                runs_now = await flows.publish(
                    tx,
                    flow_id=item.id,
                    name=item.name,
                    template=item.template,
                    source_connection=item.source_connection,
                    target_connection=item.target_connection,
                    definition=earlier,
                    enabled=True,
                )
                await go_lives.switch(
                    tx, entry_id=random_id(), flow_id=item.id, version=runs_now, version_before=None, checks=[],
                    by=by, at=runtime.clock.now(),
                )  # fmt: skip
            since = entry.switched_at.isoformat(timespec="seconds")
            result.append(TakenBack(flow=item.name, live_since=since, runs_now=runs_now, written=written))
    if not result:
        raise FlowError(f"{name} is not live, so there is nothing to take back", cause="flow.not_live")
    return result


def own_checks(*, dry_run_age: timedelta) -> list[Checker]:
    """Return the checks that rest on our own tables: mapping, dry run, alerts.

    Args:
        dry_run_age: So old may the dry run be.
    """

    async def looked_at(runtime: Runtime, wanted: Sequence[Candidate]) -> list[Line]:
        return [await _looked_at(runtime, item, dry_run_age) for item in wanted]

    return [mapped, looked_at, told]


async def mapped(runtime: Runtime, wanted: Sequence[Candidate]) -> list[Line]:
    """Check that each flow's operations are there and that its mappings fit the live accounts."""
    lines = []
    for item in wanted:
        bad = wrong(await problems(runtime, item))
        says = "; ".join(map(str, bad)) or "every step has what it needs"
        todo = "correct the flow, publish it on a test pair, and try it again" if bad else ""
        lines.append(
            Line(id=f"mapping.{item.flow.flow}", title=item.flow.title, ok=not bad, says=says, next=todo)
        )
    return lines


async def _looked_at(runtime: Runtime, item: Candidate, age: timedelta) -> Line:
    async with runtime.db.read() as tx:
        looked = await tries.newest(
            tx,
            fingerprint=fingerprint(item.definition),
            source_connection=item.source.id,
            target_connection=item.target.id,
        )
    title, where = (
        f"a dry run of {item.flow.flow} was looked at",
        f"--source {item.source.name} --target {item.target.name}",
    )
    todo = (
        f"'orderbridge flows test {item.tried_as or 'FILE'} {where} --recent 10', and look at what it shows"
    )
    key, now = f"dry_run.{item.flow.flow}", runtime.clock.now()
    if looked is None:
        says = "none of this very version between these accounts"
        return Line(id=key, title=title, ok=False, says=says, next=todo)
    said = (
        f"{_events(len(looked.event_ids))} tried, {_counts(looked.outcomes)}, by {looked.tried_by} at "
        f"{looked.tried_at:%Y-%m-%d %H:%M} UTC"
    )
    if now - looked.tried_at > age:
        return Line(id=key, title=title, ok=False, says=f"{said}: older than {age.days} days", next=todo)
    if not looked.event_ids:
        nothing = f"{item.source.name} had nothing of the kind to try it on when {looked.tried_by} looked"
        return Line(id=key, title=title, ok=True, says=f"{nothing}, at {looked.tried_at:%Y-%m-%d %H:%M} UTC")
    if looked.outcomes.get("fails"):
        return Line(id=key, title=title, ok=False, says=said, next=f"correct the flow; then {todo}")
    return Line(id=key, title=title, ok=True, says=said)


def _events(number: int) -> str:
    return "1 event" if number == 1 else f"{number} events"


def _counts(outcomes: object) -> str:
    assert isinstance(outcomes, dict)
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in sorted(outcomes.items()))


async def told(runtime: Runtime, _wanted: Sequence[Candidate]) -> list[Line]:
    """Check that somebody is told when something goes wrong, or that the owner wants nobody to be."""
    async with runtime.db.read() as tx:
        ok, says, todo = await alerting.ready(tx)
    return [
        Line(id="alerts", title="somebody is told when something goes wrong", ok=ok, says=says, next=todo)
    ]
