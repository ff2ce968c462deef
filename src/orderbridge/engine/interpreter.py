"""Run flows for an event: each step once, the outcome always visible."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orderbridge.catalogue import own_events
from orderbridge.catalogue.ghl.order_bundle import EVENT_TYPES
from orderbridge.catalogue.registry import operation
from orderbridge.core.endings import Ending, RunCancelled, RunEnds
from orderbridge.core.errors import FlowError, HeldError, OrderBridgeError, RejectedError
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.core.redact import redact_text
from orderbridge.engine import faults, late, quiet, worlds
from orderbridge.engine.found_by import found_by, words_of
from orderbridge.engine.progress import Progress, TriedAgain
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.steps import StepWalk, scope_of
from orderbridge.engine.writes import Writer
from orderbridge.flows.mapping import Renderer
from orderbridge.flows.model import Flow
from orderbridge.store import events, flows, repairs, runs
from orderbridge.store.events import Event
from orderbridge.store.flows import StoredFlow
from orderbridge.store.lanes import Lane
from orderbridge.store.runs import Latest

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
            begun = await runs.latest(tx, event.id)
            listening = [
                item
                for item in await flows.enabled_for(tx, event.connection_id)
                # What was begun goes on, whatever the flow's newest version listens to.
                if item.id in begun or (not event.handled and self.listens(item, event))
            ]
            if left := sorted(set(begun) - {item.id for item in listening}):
                await runs.abandon(tx, lane, event.id, left)
        outcomes = [await self._run(lane, event, item, begun.get(item.id), still_ours) for item in listening]
        outcome, reason = _combined(outcomes)
        carried_over = [
            item.id for item, (state, _) in zip(listening, outcomes, strict=True) if state == runs.DONE
        ]
        async with self._db.begin() as tx:
            await events.settle(tx, lane, event.id, outcome=outcome, reason=reason, handled=True)
            if carried_over and event.revision > 1:
                await repairs.supersede(
                    tx,
                    flow_ids=carried_over,
                    connection_id=event.connection_id,
                    kind=event.kind,
                    record_id=event.record_id,
                    revision=event.revision,
                )
            if outcome == runs.DONE and event.kind == "order":
                await repairs.reopen_dead(tx, cause=_DEPENDENT_CAUSE, lane=lane.key)
        faults.reach("run.done")

    @staticmethod
    def listens(stored: StoredFlow, event: Event) -> bool:
        """Tell whether an event starts a flow."""
        trigger = operation(stored.definition["trigger"])
        if trigger.listens is None or trigger.listens.kind != event.kind:
            return False
        if event.kind in own_events.READERS and not own_events.belongs_to(event.record_id, stored.id):
            return False
        return trigger.listens.happens(event.change, stored.definition.get("trigger_with") or {})

    async def _run(
        self, lane: Lane, event: Event, stored: StoredFlow, known: Latest | None, still_ours: Any
    ) -> tuple[str, str | None]:
        if known is not None and known.state not in runs.OPEN:
            return known.state, known.reason
        version = known.flow_version if known else stored.version
        run_id = known.id if known else derived_id(stored.id, str(version), event.id)
        async with self._db.read() as tx:
            begun = await runs.begin(
                tx, lane, run_id=run_id, event_id=event.id, flow_id=stored.id, flow_version=version,
                found=found_by(event),
            )  # fmt: skip
            definition = (
                stored.definition
                if version == stored.version
                else await flows.version(tx, stored.id, version)
            )
            seen = await late.seen(tx, event, begun, flow_id=stored.id)
            progress = await late.progress(tx, Progress(lane, run_id, self._runtime.clock), event, begun)
        faults.reach("run.begun")
        if begun.state not in runs.OPEN:
            # Cancelled just now.
            return begun.state, None
        try:
            if begun.cancel_asked is not None:
                raise RunCancelled(begun.cancel_asked)
            if seen.outdated:
                raise RunEnds(Ending.NOTHING_TO_DO, seen.outdated, output={})
            flow = Flow.model_validate(definition)
            result = await self._steps(event, seen, stored, flow, progress, still_ours, begun)
        except RunEnds as end:
            return await self._end(progress, event, end)
        except (HeldError, RejectedError, FlowError) as error:
            await self._bury(lane, run_id, event, error)
            return runs.DEAD, str(error)
        async with self._db.read() as tx:
            await runs.finish(tx, lane, run_id, state=result[0], reason=result[1])
        return result

    async def _end(self, progress: Progress, event: Event, end: RunEnds) -> tuple[str, str | None]:
        if end.ending is Ending.HELD:
            await self._bury(progress.lane, progress.run_id, event, HeldError(end.reason, cause="flow.held"))
            return runs.DEAD, end.reason
        if end.until is not None:
            cause = end.cause if isinstance(end, TriedAgain) else None
            async with self._db.read() as tx:
                await runs.park(
                    tx, progress.lane, progress.run_id, until=end.until, reason=end.reason, cause=cause
                )
            faults.reach("run.parked")
            return runs.WAITING, end.reason
        # What earlier steps wrote was done, whatever is not done after it.
        state = runs.DONE if progress.wrote else runs.NOTHING
        if end.ending is Ending.CANCELLED:
            state = runs.CANCELLED
        async with self._db.read() as tx:
            await runs.finish(tx, progress.lane, progress.run_id, state=state, reason=end.reason)
        return state, end.reason

    async def _steps(
        self,
        event: Event,
        seen: late.Seen,
        stored: StoredFlow,
        flow: Flow,
        progress: Progress,
        still_ours: Any,
        begun: runs.Begun,
    ) -> tuple[str, str | None]:
        renderer = Renderer(self._runtime.evaluate)
        for condition in flow.when:
            if not await renderer.holds(condition, scope_of(event)):
                return runs.NOTHING, condition.reason
        # Also where the flow's author did not think of it.
        source = await self._runtime.connection(stored.source_connection)
        if (why_not := worlds.why_not(seen.event, source)) is not None:
            return runs.NOTHING, why_not
        writer = Writer(
            db=self._db,
            lane=progress.lane,
            run_id=progress.run_id,
            step="",
            connections=await self._runtime.systems(stored.source_connection, stored.target_connection),
            revision=seen.event.revision,
            still_ours=still_ours,
            brake=self._runtime.brake,
            settle_s=self._runtime.settle_s,
            origin_id=begun.origin_id,
            overtaken=seen.overtaken,
            send_again=bool(begun.asked.get("send_again")),
            flow_id=stored.id,
            author=stored.template or stored.id,
        )
        context = await self._runtime.context(
            (stored.source_connection, stored.target_connection),
            writer,
            began_at=begun.started_at,
            unhurried=progress.lane.unhurried,
        )
        async with self._db.read() as tx:
            hushed = await quiet.of_event(tx, event, system=source.system, began_at=stored.created_at)
        walk = StepWalk(
            db=self._db, context=context, renderer=renderer, progress=progress, quiet=hushed,
            keeps=self._runtime.http_kept,
        )  # fmt: skip
        await walk.through(flow.steps, scope_of(event, seen.event.state))
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
                words=words_of(redact_text(f"{error.cause} {error}")),
            )


def _money_of(state: JsonObject) -> tuple[Decimal, str] | None:
    amount, currency = state.get("amount"), state.get("currency")
    return (Decimal(amount), currency) if amount is not None and currency else None


def _combined(outcomes: list[tuple[str, str | None]]) -> tuple[str, str | None]:
    if not outcomes:
        return runs.NOTHING, events.NOBODY_LISTENS
    # A dead run is found by itself; an event that is not parked would never be taken up again.
    for wanted in (runs.WAITING, runs.DEAD, runs.DONE):
        for state, reason in outcomes:
            if state == wanted:
                return events.PARKED if state == runs.WAITING else state, reason
    # One that was cancelled has an outcome of its own; its event has nothing left to be done.
    return runs.NOTHING, outcomes[0][1]
