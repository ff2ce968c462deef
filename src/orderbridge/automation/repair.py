"""Repairing runs: resume, do once more, cancel. What the command line and the HTTP API do is done here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orderbridge.automation import edited_input
from orderbridge.core.errors import FlowError
from orderbridge.core.ids import derived_id, random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import echo
from orderbridge.engine.interpreter import Interpreter
from orderbridge.engine.queue import announce
from orderbridge.engine.replay import look_again
from orderbridge.engine.runtime import Runtime
from orderbridge.flows.model import ChooseStep, Flow, Step
from orderbridge.store import events, flows, lanes, repairs, run_history, runs
from orderbridge.store.database import Tx
from orderbridge.store.repairs import Repairable

Version = Literal["pinned", "newest"]
_BATCH = 200
# Behind everything that comes in, live or polled.
_PRIORITY = -10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How runs are done once more.

    Attributes:
        by: Who wants it.
        version: In the version that they ran in, or in the newest published one.
        send_again: Whether calls that cannot be proved are made once more; without it their earlier answer counts.
        from_step: Where to begin; what is before it stays as it was.
    """

    by: str
    version: Version = "pinned"
    send_again: bool = False
    from_step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which runs are done once more.

    Attributes:
        flow: Name of a flow, its short name is enough.
        cause: Only dead ones that stopped for this cause.
        since: Begun at or after.
        until: Begun before.
        limit: At most so many.
    """

    flow: str | None = None
    cause: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None


@dataclass(slots=True)
class Tally:
    """How a command for many runs came out.

    Attributes:
        added: Runs that begin now.
        already: Those that an earlier command of this kind had added, or that are open.
        off: Those whose flow is switched off.
    """

    added: int = 0
    already: int = 0
    off: int = 0

    @property
    def seen(self) -> int:
        """How many were looked at."""
        return self.added + self.already + self.off


async def whole_id(tx: Tx, given: str) -> str:
    """Return the id of the run that ``given`` is the beginning of.

    Raises:
        FlowError: There is none, or there are several.
    """
    ids = await run_history.ids_beginning(tx, given) if given else []
    if len(ids) > 1:
        raise FlowError(f"several runs begin with {given!r}; give more of the id", cause="run.ambiguous")
    if not ids:
        raise FlowError(f"there is no run {given!r}; see 'orderbridge runs list'", cause="run.missing")
    return ids[0]


async def resume(runtime: Runtime, given: str, *, by: str, input_: JsonObject | None = None) -> str:
    """Let a run that stopped go on from the step at which it stopped; steps that succeeded are not repeated.

    Args:
        runtime: The opened accounts.
        given: The run's id, or its beginning.
        by: Who wants it.
        input_: Replaces what the flow would give that step.

    Returns:
        The run's id.

    Raises:
        FlowError: There is no such run, it cannot be resumed, or the input does not fit.
    """
    async with runtime.db.begin() as tx:
        run = await _one(tx, given)
        if run.state not in (runs.DEAD, runs.WAITING) or (run.state == runs.WAITING and run.cause is None):
            raise FlowError(
                f"run {run.id} is {run.state} and did not stop at a step that failed; "
                + _instead(run.state, run.id),
                cause="run.not_resumable",
            )
        _must_be_on(run)
        edits: JsonObject | None = None
        if input_ is not None:
            edits = await edited_input.checked(tx, run, input_, by=by, at=runtime.clock.now())
        await repairs.edit(tx, run.id, edits)
        if run.state == runs.WAITING:
            await repairs.try_now(tx, run.id)
            keys = await repairs.reopen_events(tx, [run.event_id])
        else:
            keys = await repairs.reopen_dead(tx, cause=None, run_ids=[run.id])
        await look_again(tx, random_id, keys)
    return run.id


async def replay_run(runtime: Runtime, given: str, wish: Wish) -> tuple[str, bool]:
    """Do a run once more from its start, as a new run of the same stored event.

    Every write looks up first what is there, and what the first run created is found by its reference.

    Returns:
        The new run's id, and False where one was open already.

    Raises:
        FlowError: There is no such run, or it cannot be done once more.
    """
    async with runtime.db.begin() as tx:
        run = await _one(tx, given)
        _must_be_on(run)
        if run.state in runs.OPEN:
            if run.replayed_from is not None and not wish.from_step:
                return run.id, False
            raise FlowError(
                f"run {run.id} is {run.state} and has no outcome yet; {_instead(run.state, run.id)}",
                cause="run.open",
            )
        if wish.from_step is not None:
            await _must_have(tx, run, wish)
        new_id = derived_id("replay", run.origin_id, random_id())
        if not await _add(tx, run, wish, new_id):
            opened = (await runs.latest(tx, run.event_id))[run.flow_id]
            return opened.id, False
        await _wake(tx, await repairs.reopen_events(tx, [run.event_id]))
    return new_id, True


async def replay_event(runtime: Runtime, event_id: str, wish: Wish) -> list[str]:
    """Do everything that a stored event started once more; flows that listen to it by now start as well.

    An event that is our own write came back started nothing, and starts nothing now.

    Returns:
        The ids of the runs that begin.

    Raises:
        FlowError: There is no such event, or it is still worked on.
    """
    async with runtime.db.begin() as tx:
        event = await events.one(tx, event_id)
        if event is None:
            raise FlowError(
                f"there is no event {event_id!r}; 'orderbridge runs show RUN' names its event",
                cause="event.missing",
            )
        if event.source == echo.SOURCE:
            # What a flow wrote starts nothing, now as then.
            return []
        if not event.handled:
            raise FlowError(
                f"event {event_id} has not been handled yet: 'orderbridge serve' does it", cause="run.open"
            )
        added = []
        begun = await repairs.of_event(tx, event_id)
        for run in begun:
            new_id = derived_id("replay", run.origin_id, random_id())
            if run.enabled and await _add(tx, run, wish, new_id):
                added.append(new_id)
        for flow in await flows.enabled_for(tx, event.connection_id):
            if flow.id in {run.flow_id for run in begun} or not Interpreter.listens(flow, event):
                continue
            new_id = derived_id(flow.id, str(flow.version), event.id)
            if await repairs.add(
                tx, run_id=new_id, event_id=event.id, flow_id=flow.id, flow_version=flow.version, lane=event.lane,
                origin_id=None, replayed_from=None, asked={"by": wish.by},
            ):  # fmt: skip
                added.append(new_id)
        if added:
            await _wake(tx, await repairs.reopen_events(tx, [event_id]))
    return added


async def replay_unheard(runtime: Runtime, wish: Wish) -> int:
    """Carry over what came in before a flow listened: the newest state of each record, oldest first.

    Doing it again begins nothing that has begun.

    Returns:
        How many runs begin.
    """
    count, after = 0, 0
    while True:
        async with runtime.db.read() as tx:
            batch = await repairs.unheard(tx, after=after, limit=_BATCH)
        if not batch:
            return count
        after = batch[-1][0]
        for _, event_id in batch:
            count += len(await replay_event(runtime, event_id, wish))


async def replay_many(
    runtime: Runtime,
    chosen: Selection,
    wish: Wish,
    *,
    again: bool = False,
    on_batch: Callable[[Tally], None] = lambda _tally: None,
) -> Tally:
    """Do many runs once more, behind everything else.

    Interrupted and given again, it goes on with what is left; given twice, the second does nothing.

    Args:
        runtime: The opened accounts.
        chosen: Which runs.
        wish: How.
        again: Also those that an equal command has done once more before.
        on_batch: Told how far it is.

    Raises:
        FlowError: Nothing is chosen, or there is no such flow.
    """
    if chosen.flow is None and chosen.cause is None and chosen.since is None:
        raise FlowError(
            "choose runs by flow, by cause, or by the time since when they began", cause="run.nothing_chosen"
        )
    async with runtime.db.begin() as tx:
        flow_ids = await _flows_named(tx, chosen.flow) if chosen.flow else [None]
    request = derived_id(
        "replay many",
        chosen.cause or "",
        "again" if wish.send_again else "",
        random_id() if again else "",
    )
    # Of what began until now: its own runs are not done once more.
    until = chosen.until or runtime.clock.now()
    tally = Tally()
    for flow_id in flow_ids:
        await _batches(runtime, chosen, wish, tally, (flow_id, request, until), on_batch)
    return tally


async def _batches(
    runtime: Runtime,
    chosen: Selection,
    wish: Wish,
    tally: Tally,
    part: tuple[str | None, str, datetime],
    on_batch: Callable[[Tally], None],
) -> None:
    flow_id, request, until = part
    after: tuple[datetime, str] | None = None
    while chosen.limit is None or tally.added < chosen.limit:
        left = _BATCH if chosen.limit is None else min(_BATCH, chosen.limit - tally.added)
        async with runtime.db.begin() as tx:
            found = await repairs.chosen(
                tx,
                flow_id=flow_id,
                cause=chosen.cause,
                since=chosen.since,
                until=until,
                after=after,
                limit=left,
            )
            touched = []
            for run in found:
                version = str(_version(run, wish))
                if not run.enabled:
                    tally.off += 1
                elif await _add(tx, run, wish, derived_id(request, run.id, version)):
                    tally.added += 1
                    touched.append(run.event_id)
                else:
                    tally.already += 1
            await _wake(tx, await repairs.reopen_events(tx, touched), priority=_PRIORITY)
        if not found:
            return
        after = (found[-1].started_at, found[-1].id)
        on_batch(tally)


async def cancel(runtime: Runtime, given: str, *, by: str, reason: str | None = None) -> str:
    """End a run for good; what it has written stays.

    Returns:
        ``cancelled``, or ``running`` where its worker ends it before the next write.

    Raises:
        FlowError: There is no such run, or it has ended.
    """
    async with runtime.db.begin() as tx:
        run = await _one(tx, given)
        at = runtime.clock.now().isoformat(timespec="seconds")
        asked = {"by": by, "at": at, "reason": reason}
        if not await repairs.cancel(tx, run.id, asked):
            raise FlowError(f"run {run.id} has ended already: it is {run.state}", cause="run.ended")
        if run.state == runs.RUNNING:
            # Its lane may be waiting for an account that is away.
            await announce(tx, await lanes.wake(tx, [run.lane]))
            return runs.RUNNING
        await repairs.conclude(tx, run.event_id, f"cancelled by {by}" + (f": {reason}" if reason else ""))
        # A worker that is just about to look at the event settles it itself.
        await announce(tx, await lanes.wake(tx, [run.lane]))
    return runs.CANCELLED


async def _one(tx: Tx, given: str) -> Repairable:
    found = await repairs.one(tx, await whole_id(tx, given))
    if found is None:
        raise FlowError(
            f"run {given} is a call made by hand, which is not repeated: 'orderbridge ops call' makes another",
            cause="run.by_hand",
        )
    return found


def _must_be_on(run: Repairable) -> None:
    if not run.enabled:
        raise FlowError(
            f"run {run.id}: its flow {run.flow or run.flow_id!r} is switched off; switch it on first",
            cause="flow.off",
        )


def _instead(state: str, run_id: str) -> str:
    if state == runs.RUNNING:
        return "it is being worked on"
    if state == runs.WAITING:
        return f"it goes on by itself; 'orderbridge runs cancel {run_id[:12]}' ends it"
    return f"'orderbridge runs replay {run_id[:12]}' does it once more"


async def _must_have(tx: Tx, run: Repairable, wish: Wish) -> None:
    definition = await flows.version(tx, run.flow_id, _version(run, wish))
    names = list(_own_steps(Flow.model_validate(definition).steps))
    if wish.from_step not in names:
        raise FlowError(
            f"run {run.id}: its flow has no step {wish.from_step!r} to begin at; there are {', '.join(names)}",
            cause="run.no_such_step",
        )


def _own_steps(steps: Sequence[Step]) -> list[str]:
    """Return the steps at which a run can begin: not those that are repeated for a list."""
    names = []
    for step in steps:
        names.append(step.id)
        if isinstance(step, ChooseStep):
            names += [name for branch in step.choose for name in _own_steps(branch.steps)]
    return names


def _version(run: Repairable, wish: Wish) -> int:
    return run.flow_version if wish.version == "pinned" else run.newest_version or run.flow_version


async def _add(tx: Tx, run: Repairable, wish: Wish, new_id: str) -> bool:
    asked = {"by": wish.by, "send_again": wish.send_again, "from_step": wish.from_step}
    added = await repairs.add(
        tx, run_id=new_id, event_id=run.event_id, flow_id=run.flow_id, flow_version=_version(run, wish),
        lane=run.lane, origin_id=run.origin_id, replayed_from=run.id,
        asked={key: value for key, value in asked.items() if value},
    )  # fmt: skip
    if added:
        await repairs.close_replayed(tx, event_id=run.event_id, flow_id=run.flow_id, by_run=new_id)
        if wish.from_step is not None:
            await repairs.keep_steps(tx, source=run.id, target=new_id)
    return added


async def _wake(tx: Tx, keys: Sequence[str], *, priority: int | None = None) -> None:
    woken = await lanes.wake(tx, keys)
    await announce(tx, [(key, own if priority is None else priority) for key, own in woken])


async def _flows_named(tx: Tx, name: str) -> list[str | None]:
    found: list[str | None] = [
        item.id for item in await flows.every(tx) if item.name == name or item.name.startswith(f"{name} (")
    ]
    if not found:
        raise FlowError(f"there is no flow {name!r}; see 'orderbridge flows list'", cause="flow.missing")
    return found
