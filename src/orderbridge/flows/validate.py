"""Everything that can be wrong with a flow before it runs, each with its place. Pure: no account is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from orderbridge.catalogue import schema
from orderbridge.catalogue.core.schedule.times import last_due
from orderbridge.catalogue.operation import TRIGGER, Operation
from orderbridge.catalogue.own_events import SCHEDULE
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.flows import expression_check, inputs, mapping_problems
from orderbridge.flows.model import ActionStep, Check, ChooseStep, EachStep, Flow, Step, StopStep
from orderbridge.flows.places import Loc, loc_of, place_of
from orderbridge.flows.problems import Problem
from orderbridge.flows.references import (
    Reference,
    certain,
    expressions,
    in_expression,
    in_text,
    is_mapping,
    known,
    references,
)
from orderbridge.flows.shape import Line, no_line
from orderbridge.flows.visible import Scope, Whereabouts, walk

# (its way, what is wrong, whether it is only a warning)
_Said = Iterator[tuple[Loc, str, bool]]
_MOST = 200
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def problems(flow: Flow, *, line: Line = no_line) -> list[Problem]:
    """Return what is wrong with a flow, in the order of its text.

    Args:
        flow: A definition of the right shape.
        line: Of each place, where it was read from a file.
    """
    definition = flow.as_json()
    found = [
        Problem(place=place_of(definition, loc), message=message, line=line(loc), warning=warning)
        for loc, message, warning in islice(_all(flow), _MOST)
    ]
    found += [
        item if item.line else replace(item, line=line(loc_of(definition, item.place)))
        for item in mapping_problems.of_flow(flow)
    ]
    return list(dict.fromkeys(found))


def secrets(flow: Flow, *, line: Line = no_line) -> list[Problem]:
    """Return the places at which a flow holds a secret: not even a draft may."""
    definition = flow.as_json()
    return [
        Problem(place=place_of(definition, loc), message=message, line=line(loc))
        for loc, message in _secrets(flow)
    ]


def _secrets(flow: Flow) -> inputs.Found:
    yield from inputs.secrets(None, {"title": flow.title, "trigger_with": flow.trigger_with}, ())
    for step, _, loc, _ in walk(flow.steps, Scope()):
        if isinstance(step, StopStep):
            yield from inputs.secrets(None, {"stop": step.stop}, loc)
        elif isinstance(step, ActionStep):
            action = _operation(step.action)
            known_action = None if isinstance(action, str) else action
            yield from inputs.secrets(known_action, step.with_, (*loc, "with"))


def _all(flow: Flow) -> _Said:
    yield from _trigger(flow)
    for where, message in _secrets(flow):
        yield where, message, False
    for number, condition in enumerate(flow.when):
        yield from _check(condition, Scope(), Whereabouts([]), ("when", number), own="", inside=frozenset())
    if not flow.steps:
        yield ("steps",), "a flow needs at least one step", False
    whereabouts = Whereabouts(flow.steps)
    seen: dict[str, Loc] = {}
    ended: dict[Loc, str] = {}
    for step, scope, loc, inside in walk(flow.steps, Scope()):
        if step.id in seen:
            yield (
                (*loc, "id"),
                f"another step has the id {step.id} already; each id stands once in a flow",
                False,
            )
        seen.setdefault(step.id, loc)
        if (stop := ended.get(loc[:-1])) is not None:
            yield loc, f"this is never reached: step {stop} ends the run", True
            del ended[loc[:-1]]
        if isinstance(step, StopStep) and not step.when:
            ended[loc[:-1]] = step.id
        yield from _step(step, scope, whereabouts, loc, inside)


def _trigger(flow: Flow) -> _Said:
    trigger = _operation(flow.trigger)
    if isinstance(trigger, str):
        yield ("trigger",), trigger, False
    elif trigger.kind != TRIGGER or trigger.listens is None:
        message = f"{trigger.ref} is an action; 'orderbridge ops list --kind trigger' shows what a flow can listen to"
        yield ("trigger",), message, False
    else:
        wrong = schema.problems(trigger.input_schema, flow.trigger_with)
        for said in wrong:
            yield ("trigger_with",), said.removeprefix("$: "), False
        if not wrong and trigger.listens.kind == SCHEDULE:
            yield from _schedule(flow)


def _schedule(flow: Flow) -> _Said:
    try:
        last_due(flow.trigger_with, _ANY_TIME)
    except FlowError as error:
        yield ("trigger_with",), str(error), False


def _operation(ref: str) -> Operation | str:
    try:
        return operation(ref)
    except FlowError as error:
        return str(error)


def _step(step: Step, scope: Scope, whereabouts: Whereabouts, loc: Loc, inside: frozenset[str]) -> _Said:
    def refer(found: Iterable[Reference], at: Scope) -> _Said:
        for one in found:
            for message, warning in whereabouts.problems(one, at, own=step.id, inside=inside):
                yield one.loc, message, warning

    for number, check in enumerate(step.when):
        yield from _check(check, scope, whereabouts, (*loc, "when", number), own=step.id, inside=inside)
    if isinstance(step, StopStep):
        yield from refer(in_text(step.stop, (*loc, "stop")), scope)
    elif isinstance(step, ChooseStep):
        yield from _branches(step, scope, whereabouts, loc, inside)
    else:
        if isinstance(step, EachStep) or step.for_each is not None:
            yield from _list(step.for_each, (*loc, "for_each"))
            yield from refer(references(step.for_each, (*loc, "for_each")), scope)
            scope = scope.within()
        if isinstance(step, EachStep):
            if not step.steps:
                yield (*loc, "steps"), "it needs at least one step", False
        else:
            yield from _action(step, loc)
            yield from refer(references(step.with_, (*loc, "with")), scope)
            yield from _expressions(step.with_, (*loc, "with"))


def _action(step: ActionStep, loc: Loc) -> _Said:
    action = _operation(step.action)
    if isinstance(action, str):
        yield (*loc, "action"), action, False
    elif action.denied is not None:
        yield (*loc, "action"), f"{action.ref} is never called: {action.denied}", False
    elif action.kind == TRIGGER:
        yield (*loc, "action"), f"{action.ref} is a trigger and cannot be a step", False
    else:
        for where, message in inputs.problems(action, step.with_, (*loc, "with")):
            yield where, message, False
        for message, warning in inputs.consent(action, step):
            yield (*loc, "action"), message, warning


def _branches(
    step: ChooseStep, scope: Scope, whereabouts: Whereabouts, loc: Loc, inside: frozenset[str]
) -> _Said:
    for number, branch in enumerate(step.choose):
        here: Loc = (*loc, "choose", number)
        for index, check in enumerate(branch.when):
            yield from _check(check, scope, whereabouts, (*here, "when", index), own=step.id, inside=inside)
        if not branch.steps:
            yield (*here, "steps"), "a branch needs at least one step", False
        if not branch.when and number < len(step.choose) - 1:
            yield (
                here,
                "this branch is always taken, so none below it ever is; give it a when or put it last",
                True,
            )


def _check(
    check: Check, scope: Scope, whereabouts: Whereabouts, loc: Loc, *, own: str, inside: frozenset[str]
) -> _Said:
    asked = check.model_fields_set - {"from_", "expression", "reason"}
    if check.from_ is None and check.expression is None:
        yield loc, "a condition asks about a field (from) or an expression", False
    elif check.from_ is not None and check.expression is not None:
        yield loc, "a condition asks about a field (from) or an expression, not both", False
    elif not asked and check.expression is None:
        message = "this condition asks nothing; it needs one of equals, not_equals, in, not_in, present, above, below"
        yield loc, message, False
    if "in_" in asked and not check.in_:
        yield (*loc, "in"), "nothing is ever in an empty list", True
    found: list[Reference] = []
    if check.from_ is not None:
        # A field that is not there is an answer, and no problem.
        found.append(Reference(check.from_, (*loc, "from"), needed=False))
    if check.expression is not None:
        found += in_expression(check.expression, (*loc, "expression"))
        yield from _expressions({"expression": check.expression}, loc)
    for one in found:
        for message, warning in whereabouts.problems(one, scope, own=own, inside=inside):
            yield one.loc, message, warning


def _expressions(value: Any, loc: Loc) -> _Said:
    for text, where in expressions(value, loc):
        for message in expression_check.problems(text):
            yield where, message, False


def _list(value: Any, loc: Loc) -> _Said:
    yield from _expressions(value, loc)
    if value == []:
        yield loc, "the list is empty, so this is never done", True
    elif not isinstance(value, list) and not _may_be_list(value):
        yield loc, "a list is needed here, or a field that gives one: from: event.items", False
    elif isinstance(value, dict) and {"text", "object"} & set(value):
        yield loc, "a list is needed here, and this gives none; write from: event.items", False


def _may_be_list(value: Any) -> bool:
    if certain(value):
        return isinstance(known(value), list)
    return is_mapping(value)
