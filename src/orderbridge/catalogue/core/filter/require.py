"""Go on only where conditions hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orderbridge.catalogue.computing import exact
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import anything, choice, flag, needing, object_of, rows, text
from orderbridge.catalogue.operation import Operation
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.jsonio import JsonObject


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise HeldError(
            f"a condition compares sizes and was given {type(value).__name__}, not a number",
            cause="filter.not_a_number",
        )
    return exact(value)


def _inside(value: Any, where: Any) -> bool:
    if not isinstance(where, list | dict | str):
        raise FlowError(
            "one_of and none_of expect a list; contains is for texts and lists", cause="flow.bad_condition"
        )
    return str(value) in where if isinstance(where, str) else value in where


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda value, expected: bool(value == expected),
    "not_equals": lambda value, expected: bool(value != expected),
    "one_of": _inside,
    "none_of": lambda value, expected: not _inside(value, expected),
    "contains": lambda value, expected: value is not None and _inside(expected, value),
    "present": lambda value, _: value not in (None, "", [], {}),
    "absent": lambda value, _: value in (None, "", [], {}),
    "above": lambda value, expected: _number(value) > _number(expected),
    "at_least": lambda value, expected: _number(value) >= _number(expected),
    "below": lambda value, expected: _number(value) < _number(expected),
    "at_most": lambda value, expected: _number(value) <= _number(expected),
}
_ALONE = ("present", "absent")


def _holds(condition: JsonObject) -> bool:
    if condition["test"] not in _ALONE and "expected" not in condition:
        raise FlowError(f"the condition {condition['test']} needs expected", cause="flow.bad_condition")
    return _TESTS[condition["test"]](condition.get("value"), condition.get("expected"))


async def _run(_ctx: ActionContext, given: JsonObject) -> JsonObject:
    results = [_holds(condition) for condition in given["conditions"]]
    if any(results) if given.get("any") else all(results):
        return {"passed": True}
    raise RunEnds(Ending.NOTHING_TO_DO, given["reason"], output={"passed": False, "reason": given["reason"]})


_CONDITION = needing(
    {
        "value": anything("What is looked at; without one it is null."),
        "test": choice("How it is looked at.", list(_TESTS)),
        "expected": anything("What it is compared with; numbers are compared exactly."),
    },
    "test",
)

OPERATION = Operation(
    id="core.filter.require",
    system="core",
    title="Go on only if conditions hold",
    description="Ends the run as having nothing to do, with your reason, unless the conditions hold.",
    input_schema=object_of(
        needing(
            {
                "conditions": rows("The conditions.", _CONDITION, minItems=1),
                "any": flag("Whether one of them is enough; all must hold unless given."),
                "reason": text("Why the run ends where they do not hold.", minLength=1),
            },
            "conditions",
            "reason",
        )
    ),
    output_schema=object_of(
        needing({"passed": flag("Whether the run goes on."), "reason": text("Why not.")}, "passed")
    ),
    example={
        "conditions": [{"value": 120, "test": "at_least", "expected": 100}],
        "reason": "small orders are not followed up",
    },
    example_output={"passed": True},
    effects=frozenset(),
    run=_run,
)
