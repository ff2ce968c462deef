"""Mappings and conditions that are computed: what gives nothing is missing, and not null."""

from __future__ import annotations

from typing import Any

import pytest

from orderbridge.core.places import MISSING
from orderbridge.flows.mapping import Renderer
from orderbridge.flows.model import Check
from support.expressions import ORDER, compute


async def evaluate(expression: str, scope: dict[str, Any]) -> Any:
    return compute(expression, scope)


RENDERER = Renderer(evaluate)


@pytest.mark.parametrize(
    ("mapping", "value"),
    [
        ({"expression": "event.contact.firstName"}, "Ada"),
        ({"expression": "event.nothing"}, MISSING),
        ({"expression": "event.nothing", "otherwise": "none"}, "none"),
        ({"expression": "event.nothing", "otherwise": {"from": "event.id"}}, "o1"),
        ({"expression": "event.note"}, None),
        ({"expression": "event.note", "otherwise": "none"}, "none"),
        ({"expression": "event.empty", "otherwise": "none"}, ""),
    ],
)
async def test_what_is_missing_or_null_is_replaced(mapping: dict[str, Any], value: Any) -> None:
    assert await RENDERER.render(mapping, ORDER) == value


@pytest.mark.parametrize(
    ("check", "holds"),
    [
        ({"expression": "event.paid"}, True),
        ({"expression": "event.nothing"}, False),
        ({"expression": "event.nothing", "present": False}, True),
        ({"expression": "event.amount * 2", "above": 300}, True),
        ({"expression": "event.nothing", "above": 300}, False),
    ],
)
async def test_a_condition_can_be_computed(check: dict[str, Any], holds: bool) -> None:
    assert await RENDERER.holds(Check.model_validate(check), ORDER) is holds
