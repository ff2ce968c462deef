"""Run flows for an event: each step once, the outcome always visible."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError, HeldError, OrderBridgeError, RejectedError
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.engine import faults, operations
from orderbridge.engine.context import RunContext
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.writes import Writer
from orderbridge.flows import mapping
from orderbridge.flows.model import Flow, Step
from orderbridge.store import events, flows, runs
from orderbridge.store.events import Event
from orderbridge.store.flows import StoredFlow
from orderbridge.store.lanes import Lane

log = get(__name__)

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
            listening = [
                item
                for item in await flows.enabled_for(tx, event.connection_id)
                if self._listens(item, event)
            ]
            pinned = await runs.pinned_versions(tx, event.id)
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
                )
            if outcome == runs.DONE and event.kind == "order":
                await runs.reopen_dead(tx, cause=_DEPENDENT_CAUSE, lane=lane.key)
        faults.reach("run.done")

    @staticmethod
    def _listens(stored: StoredFlow, event: Event) -> bool:
        trigger = operation(stored.definition["trigger"])
        if trigger.listens is None or trigger.listens.kind != event.kind:
            return False
        return trigger.listens.happens(event.change, stored.definition.get("trigger_with") or {})

    async def _run(
        self, lane: Lane, event: Event, stored: StoredFlow, pinned: int | None, still_ours: Any
    ) -> tuple[str, str | None]:
        version = pinned or stored.version
        run_id = derived_id(stored.id, str(version), event.id)
        async with self._db.read() as tx:
            state, attempts, began_at = await runs.begin(
                tx, lane, run_id=run_id, event_id=event.id, flow_id=stored.id, flow_version=version
            )
            definition = (
                stored.definition
                if version == stored.version
                else await flows.version(tx, stored.id, version)
            )
            finished = await runs.finished_steps(tx, run_id) if attempts > 1 else {}
        faults.reach("run.begun")
        if state in (runs.DONE, runs.NOTHING, runs.DEAD):
            return state, None
        try:
            flow = Flow.model_validate(definition)
            result = await self._steps(lane, event, stored, flow, run_id, finished, still_ours, began_at)
        except (HeldError, RejectedError, FlowError) as error:
            await self._bury(lane, run_id, event, error)
            return runs.DEAD, str(error)
        async with self._db.read() as tx:
            await runs.finish(tx, lane, run_id, state=result[0], reason=result[1])
        return result

    async def _steps(
        self,
        lane: Lane,
        event: Event,
        stored: StoredFlow,
        flow: Flow,
        run_id: str,
        finished: dict[str, JsonObject],
        still_ours: Any,
        began_at: datetime,
    ) -> tuple[str, str | None]:
        scope: JsonObject = {"event": event.state, "steps": {}}
        for condition in flow.when:
            test = condition.model_dump(by_alias=True, exclude_none=True, exclude={"reason"})
            if not mapping.holds(test, scope):
                return runs.NOTHING, condition.reason
        writer = Writer(
            db=self._db,
            lane=lane,
            run_id=run_id,
            step="",
            connections=await self._runtime.systems(stored.source_connection, stored.target_connection),
            revision=event.revision,
            still_ours=still_ours,
            settle_s=self._runtime.settle_s,
        )
        context = await self._runtime.context(
            (stored.source_connection, stored.target_connection), writer, began_at=began_at
        )
        for step in flow.steps:
            scope["steps"][step.id] = await self._step(lane, context, run_id, step, scope, finished)
        await self._runtime.works(stored.target_connection)
        return runs.DONE, None

    async def _step(
        self,
        lane: Lane,
        context: RunContext,
        run_id: str,
        step: Step,
        scope: JsonObject,
        finished: dict[str, JsonObject],
    ) -> Any:
        if step.for_each is None:
            return await self._once(lane, context, run_id, step.id, step, scope, finished)
        results = []
        for number, item in enumerate(mapping.render(step.for_each, scope) or [], start=1):
            inner = scope | {"item": item, "number": number}
            path = f"{step.id}.{number}"
            results.append(await self._once(lane, context, run_id, path, step, inner, finished))
        return results

    async def _once(
        self,
        lane: Lane,
        context: RunContext,
        run_id: str,
        path: str,
        step: Step,
        scope: JsonObject,
        finished: dict[str, JsonObject],
    ) -> JsonObject:
        action = operation(step.action)
        # What only computes is computed anew: a person may have changed a setting before trying again.
        if path in finished and action.effects:
            return finished[path]
        if action.run is None:
            raise FlowError(f"{step.action} is a trigger and cannot be a step", cause="flow.trigger_as_step")
        given = {name: mapping.render(value, scope) for name, value in step.with_.items()}
        try:
            operations.permit(action, given, step.allow, where=f"step {step.id!r}")
            output = await action.run(context.at(path), given)
        except OrderBridgeError as error:
            await self._record(lane, run_id, path, step, given, None, error=str(error))
            raise
        await self._record(lane, run_id, path, step, given, output)
        faults.reach("step.done")
        return output

    async def _record(
        self,
        lane: Lane,
        run_id: str,
        path: str,
        step: Step,
        given: Any,
        output: Any,
        *,
        error: str | None = None,
    ) -> None:
        async with self._db.read() as tx:
            await runs.record_step(
                tx,
                lane,
                run_id=run_id,
                path=path,
                action=step.action,
                state="done" if error is None else "failed",
                input_=given,
                output=output,
                error=error,
            )

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
                held=_money_of(event.state),
            )


def _money_of(state: JsonObject) -> tuple[Decimal, str] | None:
    amount, currency = state.get("amount"), state.get("currency")
    return (Decimal(amount), currency) if amount is not None and currency else None


def _combined(outcomes: list[tuple[str, str | None]]) -> tuple[str, str | None]:
    if not outcomes:
        return runs.NOTHING, "no enabled flow listens to this"
    for wanted in (runs.DEAD, runs.DONE):
        for state, reason in outcomes:
            if state == wanted:
                return state, reason
    return outcomes[0]
