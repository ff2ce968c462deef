"""Run flows for an event: each step once, the outcome always visible."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.catalogue import own_events
from orderbridge.catalogue.ghl.order_bundle import EVENT_TYPES
from orderbridge.catalogue.registry import operation
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import FlowError, HeldError, OrderBridgeError, RejectedError
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.engine import faults
from orderbridge.engine.progress import Progress
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.steps import StepWalk
from orderbridge.engine.writes import Writer
from orderbridge.flows.mapping import Renderer
from orderbridge.flows.model import Flow
from orderbridge.store import events, flows, runs
from orderbridge.store.database import Tx
from orderbridge.store.events import Event
from orderbridge.store.flows import StoredFlow
from orderbridge.store.lanes import Lane

log = get(__name__)

# Their amount is money that somebody owes or paid; that of a price is not.
_MONEY = frozenset({*EVENT_TYPES.values(), "ghl.invoice.changed"})

# What waits for another record of the same order goes on by itself once that record is settled.
_DEPENDENT_CAUSE = "order.not_carried_over"


class Interpreter:
    """Executes the enabled flows of a connection."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._db = runtime.db

    async def handle(self, lane: Lane, event: Event, still_ours: Any) -> None:
        """Run every flow that listens to ``event`` and give the event its outcome.

        Raises:
            TransientError, ReconnectError: The lane has to be tried again later; nothing is lost.
        """
        async with self._db.read() as tx:
            pinned = await runs.pinned_versions(tx, event.id)
            listening = [
                item
                for item in await flows.enabled_for(tx, event.connection_id)
                # What was begun goes on, whatever the flow's newest version listens to.
                if item.id in pinned or self._listens(item, event)
            ]
            if left := sorted(set(pinned) - {item.id for item in listening}):
                await runs.abandon(tx, lane, event.id, left)
        outcomes = [await self._run(lane, event, item, pinned.get(item.id), still_ours) for item in listening]
        outcome, reason = _combined(outcomes)
        async with self._db.begin() as tx:
            await events.settle(tx, lane, event.id, outcome=outcome, reason=reason)
            if outcome == runs.DONE and event.revision > 1:
                await runs.supersede(
                    tx,
                    connection_id=event.connection_id,
                    kind=event.kind,
                    record_id=event.record_id,
                    revision=event.revision,
                    flow_ids=[
                        item.id
                        for item, (state, _) in zip(listening, outcomes, strict=True)
                        if state == runs.DONE
                    ],
                )
            if outcome == runs.DONE and event.kind == "order":
                await runs.reopen_dead(tx, cause=_DEPENDENT_CAUSE, lane=lane.key)
        faults.reach("run.done")

    @staticmethod
    def _listens(stored: StoredFlow, event: Event) -> bool:
        trigger = operation(stored.definition["trigger"])
        if trigger.listens is None or trigger.listens.kind != event.kind:
            return False
        if event.kind in own_events.READERS and not own_events.belongs_to(event.record_id, stored.id):
            return False
        return trigger.listens.happens(event.change, stored.definition.get("trigger_with") or {})

    async def _run(
        self, lane: Lane, event: Event, stored: StoredFlow, pinned: int | None, still_ours: Any
    ) -> tuple[str, str | None]:
        version = pinned or stored.version
        run_id = derived_id(stored.id, str(version), event.id)
        async with self._db.read() as tx:
            begun = await runs.begin(
                tx, lane, run_id=run_id, event_id=event.id, flow_id=stored.id, flow_version=version
            )
            definition = (
                stored.definition
                if version == stored.version
                else await flows.version(tx, stored.id, version)
            )
            progress = Progress(lane, run_id, self._runtime.clock)
            if begun.attempts > 1:
                progress.finished = await runs.finished_steps(tx, run_id)
                progress.waits = await runs.open_waits(tx, run_id)
            newest = await self._newest(tx, event) if begun.wake_at is not None else event
        faults.reach("run.begun")
        if begun.state in (runs.DONE, runs.NOTHING, runs.DEAD):
            return begun.state, None
        try:
            flow = Flow.model_validate(definition)
            result = await self._steps(event, newest, stored, flow, progress, still_ours, begun.started_at)
        except RunEnds as end:
            return await self._end(progress, event, end)
        except (HeldError, RejectedError, FlowError) as error:
            await self._bury(lane, run_id, event, error)
            return runs.DEAD, str(error)
        async with self._db.read() as tx:
            await runs.finish(tx, lane, run_id, state=result[0], reason=result[1])
        return result

    @staticmethod
    async def _newest(tx: Tx, event: Event) -> Event:
        # What was true before a wait of days may be wrong now, and must not be written over what is newer.
        states = await events.last_states(tx, event.connection_id, [(event.kind, event.record_id)])
        state = states.get((event.kind, event.record_id), event.state)
        revision = await events.revision_of(tx, event.connection_id, event.kind, event.record_id)
        return replace(event, state=state, revision=max(revision, event.revision))

    async def _end(self, progress: Progress, event: Event, end: RunEnds) -> tuple[str, str | None]:
        if end.ending is Ending.HELD:
            await self._bury(progress.lane, progress.run_id, event, HeldError(end.reason, cause="flow.held"))
            return runs.DEAD, end.reason
        # What earlier steps wrote was done, whatever is not done after it.
        state = runs.DONE if progress.wrote else runs.NOTHING
        async with self._db.read() as tx:
            if end.until is not None:
                await runs.park(tx, progress.lane, progress.run_id, until=end.until, reason=end.reason)
                return runs.WAITING, end.reason
            await runs.finish(tx, progress.lane, progress.run_id, state=state, reason=end.reason)
        return state, end.reason

    async def _steps(
        self,
        event: Event,
        newest: Event,
        stored: StoredFlow,
        flow: Flow,
        progress: Progress,
        still_ours: Any,
        began_at: datetime,
    ) -> tuple[str, str | None]:
        renderer = Renderer(self._runtime.evaluate)
        for condition in flow.when:
            if not await renderer.holds(condition, {"event": event.state, "steps": {}}):
                return runs.NOTHING, condition.reason
        writer = Writer(
            db=self._db,
            lane=progress.lane,
            run_id=progress.run_id,
            step="",
            connections=await self._runtime.systems(stored.source_connection, stored.target_connection),
            revision=newest.revision,
            still_ours=still_ours,
            settle_s=self._runtime.settle_s,
        )
        context = await self._runtime.context(
            (stored.source_connection, stored.target_connection), writer, began_at=began_at
        )
        walk = StepWalk(db=self._db, context=context, renderer=renderer, progress=progress)
        await walk.through(flow.steps, {"event": newest.state, "steps": {}})
        await self._runtime.works(stored.target_connection)
        return runs.DONE, "; ".join(writer.notes) or None

    async def _bury(self, lane: Lane, run_id: str, event: Event, error: OrderBridgeError) -> None:
        log.warning("a run needs a person", kind=event.kind, record_id=event.record_id, cause=error.cause)
        async with self._db.read() as tx:
            await runs.finish(
                tx,
                lane,
                run_id,
                state=runs.DEAD,
                reason=str(error),
                cause=error.cause,
                held=_money_of(event.state) if event.type in _MONEY else None,
            )


def _money_of(state: JsonObject) -> tuple[Decimal, str] | None:
    amount, currency = state.get("amount"), state.get("currency")
    return (Decimal(amount), currency) if amount is not None and currency else None


def _combined(outcomes: list[tuple[str, str | None]]) -> tuple[str, str | None]:
    if not outcomes:
        return runs.NOTHING, "no enabled flow listens to this"
    # A dead run is found by itself; an event that is not parked would never be taken up again.
    for wanted in (runs.WAITING, runs.DEAD, runs.DONE):
        for state, reason in outcomes:
            if state == wanted:
                return events.PARKED if state == runs.WAITING else state, reason
    return outcomes[0]
