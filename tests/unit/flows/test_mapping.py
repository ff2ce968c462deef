"""Mappings: what is missing is said, never guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import yaml

from orderbridge.core import jsonio
from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.places import MISSING, look_up
from orderbridge.flows import templates
from orderbridge.flows.mapping import Renderer
from orderbridge.flows.model import ActionStep, Check, Condition


async def evaluate(expression: str, scope: dict[str, Any]) -> Any:
    return {"yes": True, "three": 3}[expression]


RENDERER = Renderer(evaluate)
SCOPE: dict[str, Any] = {
    "event": {
        "id": "o1",
        "amount": Decimal("10.50"),
        "live": True,
        "empty": "",
        "zero": 0,
        "null": None,
        "items": [{"name": "First"}, {"name": "Second"}],
        "state": "paid",
    },
    "steps": {},
}


@pytest.mark.parametrize("plain", ["text", 5, None, True, Decimal("1.10")])
async def test_a_plain_value_stands_for_itself(plain: Any) -> None:
    assert await RENDERER.render(plain, SCOPE) == plain


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("event.id", "o1"),
        ("event.items.1.name", "Second"),
        ("event.items.2.name", MISSING),
        ("event.items.-1", MISSING),
        ("event.items.²", MISSING),
        ("event.id.more", MISSING),
        ("event.nothing", MISSING),
        ("event.null", None),
        ("event.empty", ""),
        ("", MISSING),
    ],
)
async def test_a_field_is_found_or_missing_and_null_is_neither(path: str, expected: Any) -> None:
    assert look_up(SCOPE, path) == (None if expected is MISSING else expected)
    assert await RENDERER.render({"from": path}, SCOPE) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("event.nothing", "x"), ("event.null", "x"), ("event.empty", ""), ("event.zero", 0)],
)
async def test_otherwise_is_for_what_is_missing_or_null_only(path: str, expected: Any) -> None:
    assert await RENDERER.render({"from": path, "otherwise": "x"}, SCOPE) == expected


async def test_otherwise_may_be_a_mapping() -> None:
    assert await RENDERER.render({"from": "event.nothing", "otherwise": {"from": "event.id"}}, SCOPE) == "o1"


async def test_a_text_is_filled() -> None:
    assert await RENDERER.render({"text": "Order {event.id}: {event.amount}"}, SCOPE) == "Order o1: 10.50"


@pytest.mark.parametrize("path", ["event.nothing", "event.null", "event.items", "event"])
async def test_a_text_with_a_hole_is_held(path: str) -> None:
    with pytest.raises(HeldError, match=f"needs {path}"):
        await RENDERER.render({"text": f"Order {{{path}}}"}, SCOPE)


async def test_a_text_says_yes_and_no_as_json_does() -> None:
    assert await RENDERER.render({"text": "live {event.live}"}, SCOPE) == "live true"


async def test_a_value_map_translates() -> None:
    assert await RENDERER.render({"from": "event.state", "map": {"paid": "Won"}}, SCOPE) == "Won"


@pytest.mark.parametrize("path", ["event.state", "event.null", "event.nothing", "event.empty"])
async def test_what_a_value_map_lacks_is_held_and_named(path: str) -> None:
    with pytest.raises(HeldError, match=f"{path} is .* which the value map"):
        await RENDERER.render({"from": path, "map": {"cancelled": "Lost"}}, SCOPE)


async def test_what_a_value_map_lacks_can_be_provided_for() -> None:
    assert await RENDERER.render({"from": "event.state", "map": {}, "otherwise": "Open"}, SCOPE) == "Open"


@pytest.mark.parametrize(("value", "expected"), [(True, "yes"), (False, "no"), (None, "none"), (2, "two")])
async def test_a_value_map_in_yaml_knows_true_false_null_and_numbers(value: Any, expected: str) -> None:
    written = yaml.safe_load("{from: event.x, map: {true: 'yes', false: 'no', null: none, 2: two}}")
    step = ActionStep.model_validate({"id": "s", "action": "act.x@1", "with": {"field": written}})
    # As it comes back from the database, where every key is a text.
    stored = jsonio.decode(jsonio.encode(step.model_dump(mode="json", by_alias=True)))
    assert await RENDERER.render(stored["with"]["field"], {"event": {"x": value}}) == expected


async def test_objects_and_lists_are_built() -> None:
    mapping = [{"object": {"id": {"from": "event.id"}, "kind": "order"}}, {"from": "event.zero"}]
    assert await RENDERER.render(mapping, SCOPE) == [{"id": "o1", "kind": "order"}, 0]


async def test_a_mapping_without_a_meaning_is_the_authors_fault() -> None:
    with pytest.raises(FlowError, match="it needs one of from, text, map, expression"):
        await RENDERER.render({"form": "event.id"}, SCOPE)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"from": "event.live", "equals": True}, True),
        ({"from": "event.live", "equals": False}, False),
        ({"from": "event.nothing", "equals": True}, False),
        ({"from": "event.amount", "equals": Decimal("10.5")}, True),
        ({"from": "event.state", "in": ["paid", "open"]}, True),
        ({"from": "event.state", "in": []}, False),
        ({"from": "event.null", "present": True}, False),
        ({"from": "event.null", "present": False}, True),
        ({"from": "event.empty", "present": True}, True),
        ({"from": "event.null", "equals": None}, True),
        ({"from": "event.state", "not_equals": "paid"}, False),
        ({"from": "event.state", "not_in": ["open"]}, True),
        ({"from": "event.amount", "above": 10, "below": 11}, True),
        ({"from": "event.amount", "above": 10.5}, False),
        ({"from": "event.nothing", "below": 10}, False),
    ],
)
async def test_a_condition_holds_or_not(condition: dict[str, Any], expected: bool) -> None:
    assert await RENDERER.holds(Check.model_validate(condition), SCOPE) is expected
    model = Condition.model_validate(condition | {"reason": "because"})
    stored = Condition.model_validate(model.model_dump(by_alias=True, exclude_unset=True))
    assert await RENDERER.holds(stored, SCOPE) is expected


async def test_a_condition_without_a_check_is_the_authors_fault() -> None:
    with pytest.raises(FlowError, match="one of equals, not_equals, in"):
        await RENDERER.holds(Check.model_validate({"from": "event.id"}), SCOPE)


async def test_what_has_no_order_is_not_compared() -> None:
    with pytest.raises(FlowError, match="have no order"):
        await RENDERER.holds(Check.model_validate({"from": "event.state", "above": 3}), SCOPE)


def test_the_templates_that_come_with_the_product_can_be_read() -> None:
    assert "orders-to-opportunities" in templates.load_all()


@pytest.mark.parametrize("text", ["", "template: x", "[", "template: x\ntitle: y\ndescription: z\nflows: 1"])
def test_a_broken_template_is_named(text: str) -> None:
    with pytest.raises(FlowError, match=r"mine\.yaml is not a template"):
        templates.read(text, where="mine.yaml")
