"""Where the fields of a flow's actions come from: what its author mapped, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from orderbridge.flows import expression_check
from orderbridge.flows.model import ActionStep, ChooseStep, EachStep, Flow, Step
from orderbridge.flows.references import expressions, references

_ROOTS = ("event", "before", "steps", "item", "number")


@dataclass(frozen=True, slots=True)
class Origin:
    """A field that an action gets.

    Attributes:
        sources: The places that its value is made of, such as ``event.currency`` or, of each item of a list,
            ``event.items[].price``.
        computed: An expression makes it; without sources it is fixed otherwise.
        lists: The steps around it that are done for each item of a list, the outermost first.
        repeated: The action itself is done for each item of a list.
    """

    step: str
    action: str
    field: str
    sources: tuple[str, ...]
    computed: bool
    lists: tuple[str, ...]
    repeated: bool

    def items_of(self, path: str) -> tuple[int, ...] | None:
        """Return which item of each list a step of a run was done for; None where the path is another step's."""
        names = [*self.lists, *([self.step] if self.repeated else [])]
        pattern = "".join(rf"{re.escape(name)}\.(\d+)\." for name in names)
        pattern = pattern.removesuffix(r"\.") if self.repeated else pattern + re.escape(self.step)
        found = re.fullmatch(pattern, path)
        return None if found is None else tuple(int(number) for number in found.groups())


def origins(flow: Flow) -> Iterator[Origin]:
    """Yield the fields of every action, also within branches and lists, in the order of the text."""
    yield from _of(flow.steps, (), None)


def _of(steps: Sequence[Step], lists: tuple[str, ...], item: str | None) -> Iterator[Origin]:
    for step in steps:
        if isinstance(step, ChooseStep):
            for branch in step.choose:
                yield from _of(branch.steps, lists, item)
        elif isinstance(step, EachStep):
            yield from _of(step.steps, (*lists, step.id), _item_of(step.for_each, item))
        elif isinstance(step, ActionStep):
            repeated = step.for_each is not None
            its = _item_of(step.for_each, item) if repeated else item
            for name, value in step.with_.items():
                sources, computed = _sources(value, its)
                yield Origin(step.id, step.action, name, sources, computed, lists, repeated)


def _item_of(for_each: Any, outer: str | None) -> str | None:
    """Return what ``item`` stands for where a list comes from one place alone."""
    sources, computed = _sources(for_each, outer)
    return f"{sources[0]}[]" if len(sources) == 1 and not computed else None


def _sources(value: Any, item: str | None) -> tuple[tuple[str, ...], bool]:
    found = [reference.path for reference in references(value, ()) if reference.whole]
    computed = False
    for text, _ in expressions(value, ()):
        computed = True
        found += [path for path in expression_check.fields(text) if path.split(".")[0] in _ROOTS]
    return tuple(dict.fromkeys(_named(path, item) for path in found)), computed


def _named(path: str, item: str | None) -> str:
    return f"{item}{path[len('item') :]}" if item and path.split(".")[0] == "item" else path
