"""Which steps a value can see: those before it, in its own branch, of the same item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.model import ActionStep, ChooseStep, EachStep, Step, StopStep, every
from orderbridge.flows.places import Loc
from orderbridge.flows.references import Reference

_ITEM = ("item", "number")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is there at one place of a flow.

    Attributes:
        outputs: What each step that was done gives, as far as it is known; None where anything can come.
        perhaps: Those of them that stand in a branch that may not have been taken.
        items: Whether there is an item of a list.
    """

    outputs: dict[str, JsonObject | None] = field(default_factory=dict)
    perhaps: frozenset[str] = frozenset()
    items: bool = False

    def after(self, step: Step) -> Scope:
        """What is there once a step was done."""
        if isinstance(step, StopStep):
            return self
        if isinstance(step, ChooseStep):
            inner = self
            for branch in step.choose:
                for one in branch.steps:
                    inner = inner.after(one)
            new = frozenset(inner.outputs) - frozenset(self.outputs)
            return replace(inner, perhaps=inner.perhaps | new)
        return replace(self, outputs=self.outputs | {step.id: _output(step)})

    def within(self) -> Scope:
        """What is there for one item of a list."""
        return replace(self, items=True)


def _output(step: ActionStep | EachStep) -> JsonObject | None:
    if isinstance(step, EachStep) or step.for_each is not None:
        return {"type": "array"}
    try:
        return operation(step.action).output_schema
    except FlowError:
        return None


class Whereabouts:
    """Where each step of a flow stands, to say why another cannot see it."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._kinds: dict[str, Step] = {}
        self._lists: dict[str, str] = {}
        self._branches: set[str] = set()
        self._place(steps, None, branch=False)

    def _place(self, steps: Sequence[Step], around: str | None, *, branch: bool) -> None:
        for step in steps:
            self._kinds.setdefault(step.id, step)
            if around is not None:
                self._lists.setdefault(step.id, around)
            if branch:
                self._branches.add(step.id)
            if isinstance(step, EachStep):
                self._place(step.steps, step.id, branch=branch)
            if isinstance(step, ChooseStep):
                for one in step.choose:
                    self._place(one.steps, around, branch=True)

    def problems(
        self, reference: Reference, scope: Scope, *, own: str, inside: frozenset[str]
    ) -> Iterator[tuple[str, bool]]:
        """Yield what is wrong with a reference, and whether it is only a warning.

        Args:
            reference: What is taken.
            scope: What is there.
            own: The step that takes it.
            inside: The lists of steps that it stands in.
        """
        parts = reference.path.split(".")
        if parts[0] in _ITEM and not scope.items:
            yield f"{parts[0]} is there only within a for_each", False
        elif parts[0] == "steps" and len(parts) > 1:
            yield from self._step(parts, reference, scope, own, inside)
        elif parts[0] not in ("event", "before", "steps", *_ITEM):
            yield (
                f"{reference.path} leads nowhere; a path begins with event, before, steps, item or number",
                False,
            )

    def _step(
        self, parts: list[str], reference: Reference, scope: Scope, own: str, inside: frozenset[str]
    ) -> Iterator[tuple[str, bool]]:
        name = parts[1]
        if name in scope.outputs:
            if name in scope.perhaps and reference.needed:
                yield (
                    f"step {name} is in a branch that may not have been taken; say what holds then with otherwise",
                    True,
                )
            yield from _field(parts, scope.outputs[name])
            return
        step = self._kinds.get(name)
        around = self._lists.get(name)
        if step is None:
            near = get_close_matches(name, self._kinds, n=1)
            yield f"there is no step {name}{f'; did you mean {near[0]}?' if near else ''}", False
        elif name == own:
            yield f"step {name} cannot take what it gives itself", False
        elif isinstance(step, ChooseStep | StopStep):
            yield f"step {name} gives nothing that can be taken; name the step whose output is meant", False
        elif around is not None and around not in inside:
            yield (
                f"step {name} is done for each item of {around}; after it, steps.{around} is the list of its outputs",
                False,
            )
        elif name in self._branches:
            yield f"step {name} is in another branch, or comes later", False
        else:
            yield f"step {name} comes later", False


def _field(parts: list[str], output: JsonObject | None) -> Iterator[tuple[str, bool]]:
    if output is None or len(parts) < 3:
        return
    if output.get("type") == "array":
        if not parts[2].isdecimal():
            yield f"steps.{parts[1]} is a list, one output for each item; name one by its number", False
        return
    fields = output.get("properties", {})
    if output.get("additionalProperties") is False and parts[2] not in fields:
        near = get_close_matches(parts[2], fields, n=1)
        known = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(fields))}"
        yield f"step {parts[1]} gives no {parts[2]}; {known}", True


def ids(steps: Sequence[Step]) -> list[str]:
    """Return the ids of all steps, in the order of the text."""
    return [step.id for step in every(steps)]


def walk(
    steps: Sequence[Step], scope: Scope, loc: Loc = (), inside: frozenset[str] = frozenset()
) -> Iterator[tuple[Step, Scope, Loc, frozenset[str]]]:
    """Yield every step with what is there before it, its way, and the lists of steps that it stands in."""
    for number, step in enumerate(steps):
        here: Loc = (*loc, "steps", number)
        yield step, scope, here, inside
        if isinstance(step, EachStep):
            yield from walk(step.steps, scope.within(), here, inside | {step.id})
        if isinstance(step, ChooseStep):
            for index, branch in enumerate(step.choose):
                yield from walk(branch.steps, scope, (*here, "choose", index), inside)
        scope = scope.after(step)
