from decimal import Decimal
from typing import Any

import pytest

from support.operations import Operations

WHY = "small orders are not followed up"


def condition(value: Any, test: str, *expected: Any) -> dict[str, Any]:
    return {"value": value, "test": test} | ({"expected": expected[0]} if expected else {})


@pytest.mark.covers("core.filter.require@1")
@pytest.mark.parametrize(
    ("holding", "failing"),
    [
        (condition(Decimal("100.00"), "equals", 100), condition("100", "equals", 100)),
        (condition("b", "one_of", ["a", "b"]), condition("b", "none_of", ["a", "b"])),
        (condition("ada@example.com", "contains", "@example"), condition(None, "contains", "x")),
        (condition(0, "present"), condition("", "present")),
        (condition(None, "absent"), condition(False, "absent")),
        (condition(Decimal("0.3"), "above", Decimal("0.29")), condition(1, "above", 1)),
        (condition(1, "at_most", 1), condition(2, "below", 2)),
    ],
    ids=lambda item: f"{item['test']} {item['value']!r}",
)
async def test_a_run_goes_on_only_where_conditions_hold(
    ops: Operations, holding: dict[str, Any], failing: dict[str, Any]
) -> None:
    both = [holding, failing]

    assert (await ops.run("core.filter.require", conditions=[holding], reason=WHY))["passed"] is True
    assert await ops.run("core.filter.require", conditions=both, reason=WHY) == {
        "passed": False, "reason": WHY,
    }  # fmt: skip
    assert (await ops.run("core.filter.require", conditions=both, any=True, reason=WHY))["passed"] is True


async def test_sizes_are_compared_of_numbers_only(ops: Operations) -> None:
    wrong = [condition("9", "above", 10)]

    assert "not a number" in await ops.refused("core.filter.require", conditions=wrong, reason=WHY)
    assert "needs expected" in await ops.refused(
        "core.filter.require", conditions=[condition(1, "above")], reason=WHY
    )
