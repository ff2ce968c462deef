"""Walk through the steps of a flow: leave out, choose, repeat, act; each action once, its outcome kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.registry import operation
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import FlowError, OrderBridgeError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import MISSING, filled
from orderbridge.engine import choices, faults, operations
from orderbridge.engine.context import RunContext
from orderbridge.engine.progress import Progress
from orderbridge.flows.mapping import Inputs, Renderer
from orderbridge.flows.model import ActionStep, ChooseStep, EachStep, Step, StopStep
from orderbridge.flows.rendering import Addition
from orderbridge.store import runs
from orderbridge.store.database import Database
from orderbridge.store.events import Event


def scope_of(event: Event, newest: JsonObject | None = None) -> JsonObject:
    """What mappings and conditions of a run see at its start.

    Args:
        event: What started it. A flow may ask what a changed field was ``before``: how much more was refunded.
        newest: The record's present state, where the run waited in between.
    """
    return {
        "event": event.state if newest is None else newest,
        "before": event.change.before,
        "steps": {},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWalk:
    """One attempt to go through the steps of a run.

    Attributes:
        context: What its actions may use.
        renderer: Fills their fields.
        progress: How far earlier attempts came.
    """

    db: Database
    context: RunContext
    renderer: Renderer
    progress: Progress

    async def through(self, steps: Sequence[Step], scope: JsonObject, prefix: str = "") -> None:
        """Do these steps in order; their outputs go into ``scope["steps"]``.

        Raises:
            RunEnds: A step ended the run, or lets it wait.
            OrderBridgeError: By who can act on it.
        """
        for step in steps:
            if not await self.renderer.hold(step.when, scope):
                self._left_out(step, prefix)
                continue
            if isinstance(step, ChooseStep):
                await self._choose(step, scope, prefix)
            elif isinstance(step, StopStep):
                self._stop(step, scope)
            elif isinstance(step, EachStep):
                scope["steps"][step.id] = await self._each(step, scope, prefix)
            else:
                scope["steps"][step.id] = await self._action(step, scope, prefix)

    async def _choose(self, step: ChooseStep, scope: JsonObject, prefix: str) -> None:
        for number, branch in enumerate(step.choose, start=1):
            if await self.renderer.hold(branch.when, scope):
                self._chosen(step, number, prefix)
                await self.through(branch.steps, scope, prefix)
                return
        self._chosen(step, None, prefix)

    def _left_out(self, step: Step, prefix: str) -> None:
        """Hear that a step's own conditions do not hold; a dry run tells of it."""

    def _chosen(self, step: ChooseStep, number: int | None, prefix: str) -> None:
        """Hear which branch is taken, None for none; a dry run tells of it."""

    @staticmethod
    def _stop(step: StopStep, scope: JsonObject) -> None:
        ending = Ending.HELD if step.as_ == "held" else Ending.NOTHING_TO_DO
        raise RunEnds(ending, filled(step.stop, scope), output={})

    async def _each(self, step: EachStep, scope: JsonObject, prefix: str) -> list[JsonObject]:
        results = []
        for number, item in enumerate(await self._list(step, scope), start=1):
            inner = scope | {"item": item, "number": number, "steps": dict(scope["steps"])}
            before = set(inner["steps"])
            await self.through(step.steps, inner, f"{prefix}{step.id}.{number}.")
            results.append({key: value for key, value in inner["steps"].items() if key not in before})
        return results

    async def _action(self, step: ActionStep, scope: JsonObject, prefix: str) -> Any:
        if step.for_each is None:
            return await self._once(f"{prefix}{step.id}", step, scope)
        results = []
        for number, item in enumerate(await self._list(step, scope), start=1):
            inner = scope | {"item": item, "number": number}
            results.append(await self._once(f"{prefix}{step.id}.{number}", step, inner))
        return results

    async def _list(self, step: ActionStep | EachStep, scope: JsonObject) -> list[Any]:
        found = await self.renderer.render(step.for_each, scope)
        if found is None or found is MISSING:
            return []
        if not isinstance(found, list):
            raise FlowError(
                f"step {step.id!r}: for_each needs a list and got {type(found).__name__}",
                cause="flow.no_list",
            )
        return found

    async def _once(self, path: str, step: ActionStep, scope: JsonObject) -> JsonObject:
        progress = self.progress
        action = operation(step.action)
        # What only computes is computed anew: a person may have changed a setting before trying again.
        if path in progress.finished and action.effects:
            progress.wrote |= action.writes
            return progress.finished[path]
        if action.run is None:
            raise FlowError(f"{step.action} is a trigger and cannot be a step", cause="flow.trigger_as_step")
        inputs = await self.renderer.inputs(step.with_, scope, step=step.id, schema=action.input_schema)
        given = inputs.given
        try:
            output = await self._perform(path, step, action, inputs)
        except OrderBridgeError as error:
            await self._record(path, action, given, None, error=str(error))
            raise
        except RunEnds as end:
            # A person who lets a held run go on does not want it held again.
            state = runs.WAITING if end.until else "done"
            await self._record(path, action, given, end.output, state=state)
            raise
        progress.wrote |= action.writes
        await self._record(path, action, given, output)
        faults.reach("step.done")
        return output

    async def _perform(self, path: str, step: ActionStep, action: Operation, inputs: Inputs) -> JsonObject:
        operations.permit(action, inputs.given, step.allow, where=f"step {step.id!r}")
        assert action.run is not None
        output = self.progress.waited(path)
        if output is None:
            await self._grow(f"{path}.choices", step, inputs.additions)
            output = await action.run(self.context.at(path), inputs.given)
        return output

    async def _grow(self, path: str, step: ActionStep, additions: Sequence[Addition]) -> None:
        if not additions:
            return
        choices.permit(additions, step.allow, where=f"step {step.id!r}")
        async for given, output in choices.add(self.context.at(path), additions):
            self.progress.wrote = True
            await self._record(f"{path}.{given['drop_down_id']}", operation(choices.UPDATE), given, output)

    async def _record(
        self,
        path: str,
        action: Operation,
        given: JsonObject,
        output: Any,
        *,
        error: str | None = None,
        state: str = "done",
    ) -> None:
        async with self.db.read() as tx:
            await runs.record_step(
                tx,
                self.progress.lane,
                run_id=self.progress.run_id,
                path=path,
                action=action.ref,
                state=state if error is None else "failed",
                input_=operations.kept(action, given),
                output=output,
                error=error,
            )
