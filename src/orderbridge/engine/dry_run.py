"""Dry run: go through a flow's steps for an event, and tell what each would do, without doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orderbridge.catalogue import schema
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.registry import operation
from orderbridge.core import jsonio
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import FlowError, OrderBridgeError, ReconnectError, TransientError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.core.places import MISSING, find, word
from orderbridge.core.redact import redact
from orderbridge.engine import choices, operations, worlds
from orderbridge.engine.assumed import Assumed, DependsError
from orderbridge.engine.context import RunContext
from orderbridge.engine.dry_context import CHANGES, DryContext, Effect, Noted
from orderbridge.engine.progress import Progress
from orderbridge.engine.quiet import LEFT_OUT, Quiet
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.steps import StepNote, StepWalk, scope_of
from orderbridge.engine.writes import Writer
from orderbridge.flows.mapping import Inputs, Renderer
from orderbridge.flows.model import ActionStep, Check, ChooseStep, Flow, Step
from orderbridge.flows.rendering import Addition
from orderbridge.store.events import Event
from orderbridge.store.lanes import Lane

log = get(__name__)

DONE, NOTHING, HELD, WAITS, FAILS, NOT_NOW = "done", "nothing", "held", "waits", "fails", "not_now"
_NO_LANE = Lane("dry-run", "dry-run", "dry-run", "dry-run", 0, 0)
_ASKED = {
    "equals": "equals", "not_equals": "differs from", "in_": "is one of", "not_in": "is none of",
    "present": "present", "above": "above", "below": "below",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedStep:
    """What became of one step.

    Attributes:
        path: Its id; within a list with the numbers of the items.
        action: Its operation, None for a step that only decides.
        state: ``done``, ``left out``, ``decided``, ``depends``, ``waits``, ``ended`` or ``failed``.
        says: In a sentence, where the effects do not say it.
        because: Each condition that was asked, with what was found.
        effects: What it would do over there.
        output: What later steps see of it.
        assumed: Whether that is only its shape, because it is known only once it is done.
    """

    path: str
    action: str | None
    state: str
    says: str | None = None
    because: Sequence[str] = ()
    input: JsonObject | None = None
    effects: Sequence[Effect] = ()
    output: Any = None
    assumed: bool = False

    def as_json(self) -> JsonObject:
        """The step as it is shown, without secrets."""
        shown: JsonObject = redact(
            {
                "path": self.path,
                "action": self.action,
                "state": self.state,
                "says": self.says,
                "because": list(self.because),
                "input": self.input,
                "effects": [item.as_json() for item in self.effects],
                "output": self.output,
                "assumed": self.assumed,
            }
        )
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a flow would do for one event.

    Attributes:
        outcome: ``done``, ``nothing`` (to do), ``held`` (a person would have to look), ``waits``, ``fails`` (the
            flow has to be corrected) or ``not_now`` (an account could not be asked).
        reason: Why it ends so.
        starts: Whether the event would start the flow at all.
    """

    flow: str
    event: Event
    starts: bool
    outcome: str
    reason: str | None
    because: Sequence[str]
    steps: Sequence[TriedStep]

    def as_json(self) -> JsonObject:
        """The result as it is shown."""
        return {
            "flow": self.flow,
            "event": {
                "id": self.event.id,
                "kind": self.event.kind,
                "record_id": self.event.record_id,
                "type": self.event.type,
                "source": self.event.source,
            },
            "starts": self.starts,
            "outcome": self.outcome,
            "reason": self.reason,
            "because": list(self.because),
            "steps": [item.as_json() for item in self.steps],
        }


async def dry_run(
    runtime: Runtime,
    flow: Flow,
    event: Event,
    *,
    source: str,
    target: str,
    assumed: Assumed | None = None,
    quiet: Quiet | None = None,
) -> Tried:
    """Try a flow on an event: read what it would read, and note what it would write.

    Args:
        runtime: The opened accounts.
        flow: Any flow, published or not.
        event: A stored one, or one that was made up for this.
        source: Id of the connection whose change it is.
        target: Id of the connection that the flow works on.
        assumed: What earlier flows of the same try would have written.
        quiet: Which steps would be left out, as in a backfill.

    Returns:
        What the run would come to; also errors, as the run would show them.
    """
    trial = _Trial(runtime, flow, event, source, target, assumed or Assumed(), quiet)
    with trial.assumed.only_asking():
        outcome, reason = await trial.go()
    return Tried(
        flow=flow.flow,
        event=event,
        starts=trial.starts,
        outcome=outcome,
        reason=reason,
        because=trial.because,
        steps=trial.steps,
    )


@dataclass(slots=True)
class _Trial:
    runtime: Runtime
    flow: Flow
    event: Event
    source: str
    target: str
    assumed: Assumed
    quiet: Quiet | None = None
    because: list[str] = field(default_factory=list)
    steps: list[TriedStep] = field(default_factory=list)
    waits: list[datetime] = field(default_factory=list)

    @property
    def starts(self) -> bool:
        listens = operation(self.flow.trigger).listens
        return (
            listens is not None
            and listens.kind == self.event.kind
            and listens.happens(self.event.change, self.flow.trigger_with)
        )

    async def go(self) -> tuple[str, str | None]:
        try:
            return await self._go()
        except RunEnds as end:
            return (HELD if end.ending is Ending.HELD else NOTHING), end.reason
        except (TransientError, ReconnectError) as error:
            return NOT_NOW, str(error)
        except FlowError as error:
            return FAILS, str(error)
        except OrderBridgeError as error:
            return HELD, str(error)

    async def _go(self) -> tuple[str, str | None]:
        runtime, event = self.runtime, self.event
        renderer = Telling(runtime.evaluate)
        for condition in self.flow.when:
            holds = await renderer.holds(condition, scope_of(event))
            self.because += renderer.take()
            if not holds:
                return NOTHING, condition.reason
        if (why_not := worlds.why_not(event, await runtime.connection(self.source))) is not None:
            return NOTHING, why_not
        writer = Writer(
            db=runtime.db, lane=_NO_LANE, run_id=random_id(), step="", revision=event.revision,
            connections=await runtime.systems(self.source, self.target), still_ours=lambda: None,
            brake=runtime.brake, settle_s=runtime.settle_s,
        )  # fmt: skip
        plain = await runtime.context((self.source, self.target), writer)
        noted = Noted(self.assumed)
        context = DryContext(**{name: getattr(plain, name) for name in RunContext.__slots__}, noted=noted)
        walk = DryWalk(
            db=runtime.db,
            context=context,
            renderer=renderer,
            quiet=self.quiet,
            progress=Progress(_NO_LANE, writer.run_id, runtime.clock),
            noted=noted,
            telling=renderer,
            tried=self.steps,
            waits=self.waits,
        )
        await walk.through(self.flow.steps, scope_of(event))
        if self.waits:
            return WAITS, f"it would wait until {max(self.waits).isoformat(timespec='seconds')} on the way"
        return DONE, None


@dataclass(frozen=True, slots=True)
class Telling(Renderer):
    """Answers conditions, and keeps what was asked and found."""

    asked: list[str] = field(default_factory=list)

    def take(self) -> list[str]:
        """Return what was asked since the last time."""
        taken = list(self.asked)
        self.asked.clear()
        return taken

    async def holds(self, check: Check, scope: JsonObject) -> bool:
        """Tell whether a condition is true."""
        answer = await Renderer.holds(self, check, scope)
        self.asked.append(f"{_question(check, scope)}: {'yes' if answer else 'no'}")
        return answer


def _question(check: Check, scope: JsonObject) -> str:
    parts = [
        f"{words} {_shown(getattr(check, name))}"
        for name, words in _ASKED.items()
        if name in check.model_fields_set
    ]
    wanted = " and ".join(parts) or "is true"
    if check.expression is not None:
        return f"{check.expression} {wanted}"
    return f"{check.from_} is {_shown(find(scope, check.from_ or ''))}, {wanted}"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return jsonio.encode(value).decode()
    if value is MISSING:
        return "missing"
    return f"'{value}'" if isinstance(value, str) else word(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DryWalk(StepWalk):
    """The walk of a run that writes nothing down, and goes on after what it only noted."""

    noted: Noted
    telling: Telling
    tried: list[TriedStep]
    waits: list[datetime]

    def _left_out(self, step: Step, prefix: str) -> None:
        self._tell(step, prefix, "left out", "its conditions do not hold")

    def _chosen(self, step: ChooseStep, number: int | None, prefix: str) -> None:
        says = "no branch fits" if number is None else f"branch {number} is taken"
        self._tell(step, prefix, "decided", says)

    def _tell(self, step: Step, prefix: str, state: str, says: str) -> None:
        action = step.action if isinstance(step, ActionStep) else None
        because = self.telling.take()
        self.tried.append(
            TriedStep(path=f"{prefix}{step.id}", action=action, state=state, says=says, because=because)
        )

    async def _perform(self, path: str, step: ActionStep, action: Operation, inputs: Inputs) -> JsonObject:
        given = inputs.given
        self.noted.begin(action, path)
        try:
            self._permit(step, action, given)
            assert action.run is not None
            await self._grow(path, step, inputs.additions)
            return await action.run(self.context.at(path), given)
        except DependsError as error:
            self.noted.ended = ("depends", str(error))
            return self._shape(action)
        except RunEnds as end:
            if end.until is None:
                raise
            self.waits.append(end.until)
            self.noted.ended = ("waits", f"would wait until {end.until.isoformat(timespec='seconds')}")
            return end.output
        except OrderBridgeError:
            raise
        except Exception:
            if not self.noted.effects:
                raise
            # It took what it would have written for written, and met a made-up value where it looked for more.
            log.info("an operation could not finish its dry run", operation=action.ref)
            self.noted.ended = ("depends", "what it gives is known only once it is done")
            return self._shape(action)

    async def _grow(self, path: str, step: ActionStep, additions: Sequence[Addition]) -> None:
        if additions:
            choices.permit(additions, step.allow, where=f"step {step.id!r}")
        self.noted.effects += [
            Effect(
                does=CHANGES,
                says=f"adds {item.value!r} to the drop-down list {item.drop_down}, unless it is there",
                system="act",
                kind="drop_down",
            )
            for item in additions
        ]

    def _permit(self, step: ActionStep, action: Operation, given: JsonObject) -> None:
        try:
            operations.permit(action, given, step.allow, where=f"step {step.id!r}")
        except FlowError as error:
            if error.cause == "flow.input_refused":
                self._known_later(action, given)
            raise

    def _known_later(self, action: Operation, given: JsonObject) -> None:
        """Tell an input that is wrong from one whose numbers and dates are known only later, and marks now."""
        assumed, properties = self.noted.assumed, action.input_schema.get("properties", {})
        marked = {name for name, value in given.items() if assumed.mark_in(value) is not None}
        loose = {name: {} if name in marked else item for name, item in properties.items()}
        if marked <= properties.keys() and not schema.problems(
            action.input_schema | {"properties": loose}, given
        ):
            assumed.depends(given)

    def _shape(self, action: Operation) -> JsonObject:
        shape: JsonObject = self.noted.assumed.output(action.output_schema, self.noted.by)
        return shape

    async def _record(
        self,
        note: StepNote,
        output: Any,
        *,
        error: OrderBridgeError | None = None,
        state: str = "done",
        retry_at: datetime | None = None,
    ) -> JsonObject | None:
        path, action, given = note.path, note.action, note.given
        noted, says = self.noted, str(error) if error else None
        effects = list(noted.effects) if noted.step == path else []
        assumed = noted.step == path and noted.assumed.mark_in(output) is not None
        if error is not None:
            state = "failed"
        elif state == LEFT_OUT:
            state, says = "left out", str(output["reason"])
        elif noted.step == path and noted.ended is not None:
            state, says = noted.ended
        elif state == "done" and isinstance(output, dict) and "ends" in output:
            state, says = "ended", output.get("reason")
        self.tried.append(
            TriedStep(
                path=path,
                action=action.ref,
                state=state,
                says=says,
                because=self.telling.take(),
                input=operations.kept(action, given),
                effects=effects,
                output=output,
                assumed=assumed,
            )
        )
        return None
