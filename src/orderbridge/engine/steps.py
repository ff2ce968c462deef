"""Walk through the steps of a flow: leave out, choose, repeat, act; each action once, its outcome kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.registry import operation
from orderbridge.connectors.exchanges import Conversation, hearing
from orderbridge.core.endings import Ending, RunCancelled, RunEnds
from orderbridge.core.errors import FlowError, HeldError, OrderBridgeError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import MISSING, filled
from orderbridge.core.redact import HIDDEN
from orderbridge.engine import choices, faults, operations
from orderbridge.engine.context import RunContext
from orderbridge.engine.progress import Progress
from orderbridge.engine.quiet import LEFT_OUT, Quiet
from orderbridge.engine.transcripts import Kept, transcript
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
        quiet: Which steps are left out because the event is history; None leaves none out.
        keeps: How much of their calls is kept.
    """

    db: Database
    context: RunContext
    renderer: Renderer
    progress: Progress
    quiet: Quiet | None = None
    keeps: Kept = "writes"

    async def through(self, steps: Sequence[Step], scope: JsonObject, prefix: str = "") -> None:
        """Do these steps in order; their outputs go into ``scope["steps"]``.

        Raises:
            RunEnds: A step ended the run, or lets it wait.
            OrderBridgeError: By who can act on it.
        """
        for step in steps:
            if not prefix and step.id == self.progress.start_at:
                self.progress.start_at = None
            if not await self.renderer.hold(step.when, self.progress.decided_by(scope)):
                self._left_out(step, prefix)
                continue
            if isinstance(step, ChooseStep):
                await self._choose(step, scope, prefix)
            elif isinstance(step, StopStep):
                if self.progress.start_at is None:
                    self._stop(step, scope)
            elif isinstance(step, EachStep):
                scope["steps"][step.id] = await self._each(step, scope, prefix)
            else:
                scope["steps"][step.id] = await self._action(step, scope, prefix)

    async def _choose(self, step: ChooseStep, scope: JsonObject, prefix: str) -> None:
        for number, branch in enumerate(step.choose, start=1):
            if await self.renderer.hold(branch.when, self.progress.decided_by(scope)):
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
        found = await self.renderer.render(step.for_each, self.progress.decided_by(scope))
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
        if progress.start_at is not None and action.effects:
            # Before the step at which a person wants the run to begin: as it was, or left out.
            kept: JsonObject = progress.kept.get(path, {})
            return kept
        # What only computes is computed anew: a person may have changed a setting before trying again.
        if path in progress.finished and action.effects:
            progress.wrote |= action.writes
            return progress.finished[path]
        if action.run is None:
            raise FlowError(f"{step.action} is a trigger and cannot be a step", cause="flow.trigger_as_step")
        if self.quiet is not None and self.quiet.leaves_out(action):
            return await self._hushed(path, action, self.quiet.reason)
        progress.pausing(path)
        edit = progress.edits.get(path)
        note = StepNote(
            path,
            action,
            {},
            progress.clock.monotonic_s(),
            {"by": edit["by"], "at": edit["at"]} if edit else None,
        )
        try:
            with hearing(note.heard):
                inputs = await self._inputs(step, action, scope, edit)
                if self.quiet is not None:
                    inputs = replace(inputs, given=self.quiet.softened(action, inputs.given))
                note = replace(note, given=inputs.given)
                output = await self._perform(path, step, action, inputs)
        except OrderBridgeError as error:
            again = progress.next_try(path, step.retry, error)
            asked = await self._record(note, None, error=error, retry_at=again.until if again else None)
            if asked is not None:
                raise RunCancelled(asked) from error
            if again is not None:
                faults.reach("step.retrying")
                raise again from error
            raise
        except RunCancelled:
            raise
        except RunEnds as end:
            # A person who lets a held run go on does not want it held again.
            await self._record(note, end.output, state=runs.WAITING if end.until else "done")
            raise
        progress.wrote |= action.writes
        asked = await self._record(note, output)
        faults.reach("step.done")
        if asked is not None:
            raise RunCancelled(asked)
        return output

    async def _hushed(self, path: str, action: Operation, reason: str) -> JsonObject:
        """Leave out a step of a quiet run; later steps see of it what they see of a step that was left out."""
        note = StepNote(path, action, {}, self.progress.clock.monotonic_s(), None)
        asked = await self._record(note, {"reason": reason}, state=LEFT_OUT)
        if asked is not None:
            raise RunCancelled(asked)
        return {}

    async def _inputs(
        self, step: ActionStep, action: Operation, scope: JsonObject, edit: JsonObject | None
    ) -> Inputs:
        schema = action.input_schema
        try:
            inputs = await self.renderer.inputs(step.with_, scope, step=step.id, schema=schema)
        except HeldError:
            if edit is None:
                raise
            # What the record lacks is just what a person gives instead.
            inputs = Inputs(given={})
        return inputs if edit is None else replace(inputs, given=edited(inputs.given, edit["input"]))

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
            began_s = self.progress.clock.monotonic_s()
            note = StepNote(
                f"{path}.{given['drop_down_id']}", operation(choices.UPDATE), given, began_s, None
            )
            await self._record(note, output)

    async def _record(
        self,
        note: StepNote,
        output: Any,
        *,
        error: OrderBridgeError | None = None,
        retry_at: datetime | None = None,
        state: str = "done",
    ) -> JsonObject | None:
        progress = self.progress
        async with self.db.read() as tx:
            return await runs.record_step(
                tx,
                progress.lane,
                run_id=progress.run_id,
                path=note.path,
                action=note.action.ref,
                state=state if error is None else "failed",
                input_=operations.kept(note.action, note.given),
                output=output,
                error=str(error) if error else None,
                cause=error.cause if error else None,
                failures=progress.failed(note.path, error) if error else 0,
                retry_at=retry_at,
                took_s=progress.clock.monotonic_s() - note.began_s,
                edited=note.edited,
                calls=transcript(note.heard, self.keeps),
            )


@dataclass(frozen=True, slots=True)
class StepNote:
    """What is kept of one try of a step.

    Attributes:
        began_s: On the clock that only goes on.
        edited: Who gave the input in place of the flow, and when.
        heard: What was said to the accounts meanwhile.
    """

    path: str
    action: Operation
    given: JsonObject
    began_s: float
    edited: JsonObject | None
    heard: Conversation = field(default_factory=Conversation)


def edited(rendered: JsonObject, given: JsonObject) -> JsonObject:
    """Return the input that a person gave, with what they were not shown taken from the flow."""
    return {
        name: rendered.get(name) if value == HIDDEN else _filled_in(rendered.get(name), value)
        for name, value in given.items()
    }


def _filled_in(rendered: Any, given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    return edited(rendered if isinstance(rendered, dict) else {}, given)
