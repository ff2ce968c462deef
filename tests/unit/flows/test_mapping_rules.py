"""Missing, null and empty are three things; what is required and absent is held; maps and tables say their holes."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.places import MISSING, find, has, look_up
from orderbridge.flows.mapping import Addition, Inputs, Renderer
from orderbridge.flows.model import Check

SCOPE: dict[str, Any] = {
    "event": {
        "id": "o1",
        "null": None,
        "empty": "",
        "blank": "  ",
        "none": [],
        "zero": 0,
        "no": False,
        "name": " Ada ",
        "state": "paid",
        "sku": 7,
        "amount": Decimal("12.5"),
        "currency": "EUR",
        "api_token": "pit-0123456789abcdef0123",
    },
    "steps": {},
}
TEXT = {"type": "string"}


async def evaluate(expression: str, _scope: dict[str, Any]) -> Any:
    if expression == "wrong":
        raise FlowError("the expression is wrong", cause="flow.expression")
    return {"nothing": None, "three": 3}[expression]


RENDERER = Renderer(evaluate)


async def render(mapping: Any) -> Any:
    return await RENDERER.render(mapping, SCOPE)


async def inputs(fields: dict[str, Any], required: tuple[str, ...] = (), **properties: Any) -> Inputs:
    schema = {"properties": properties, "required": list(required)}
    return await RENDERER.inputs(fields, SCOPE, step="contact", schema=schema)


async def given_by(fields: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return (await inputs(fields, **properties)).given


def test_missing_is_one_thing_wherever_it_is_taken() -> None:
    assert repr(MISSING) == "MISSING"
    assert not MISSING
    assert copy.deepcopy({"x": MISSING})["x"] is MISSING
    assert pickle.loads(pickle.dumps(MISSING)) is MISSING
    assert find({"a": None}, "a") is None
    assert find({"a": None}, "b") is MISSING
    assert look_up({"a": None}, "b") is None
    assert has({"a": None}, "a")
    assert not has({"a": None}, "a.b")


async def test_what_is_missing_or_null_is_not_written_and_what_is_empty_is() -> None:
    fields = {name: {"from": f"event.{name}"} for name in ("nothing", "null", "empty", "zero", "no", "none")}
    assert await given_by(fields) == {"empty": "", "zero": 0, "no": False, "none": []}


async def test_null_clears_only_where_the_author_says_so() -> None:
    fields = {
        "left": {"from": "event.null"},
        "cleared": {"from": "event.null", "if_null": "clear"},
        "literal": None,
        "value": {"value": None},
        "text": {"from": "event.null", "if_null": "clear"},
        "mapped": {"from": "event.state", "map": {"paid": None}},
    }
    assert await given_by(fields, text=TEXT) == {
        "cleared": None,
        "literal": None,
        "value": None,
        # A field that takes no null is cleared as texts are.
        "text": "",
        "mapped": None,
    }


async def test_what_cannot_be_cleared_is_the_authors_fault() -> None:
    with pytest.raises(FlowError, match="field name of record o1: name cannot be cleared"):
        await inputs({"name": None}, name={"type": "string", "minLength": 1})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("leave_out", MISSING),
        ("clear", None),
        ({"value": "x"}, "x"),
        ({"from": "event.state"}, "paid"),
        ({"from": "event.nothing", "if_missing": {"value": "deep"}}, "deep"),
    ],
)
@pytest.mark.parametrize(("case", "path"), [("missing", "nothing"), ("null", "null"), ("empty", "empty")])
async def test_each_case_has_its_own_rule(rule: Any, expected: Any, case: str, path: str) -> None:
    found = await render({"from": f"event.{path}", f"if_{case}": rule})
    assert found is expected or found == expected
    # The rule for one case says nothing about the others.
    for other in {"nothing", "null", "empty"} - {path}:
        mapping = {"from": f"event.{other}", f"if_{case}": rule}
        assert await render(mapping) is find(SCOPE, f"event.{other}")


@pytest.mark.parametrize(("case", "path"), [("missing", "nothing"), ("null", "null"), ("empty", "none")])
async def test_a_rule_can_hold_and_names_the_source(case: str, path: str) -> None:
    with pytest.raises(HeldError, match=f"event.{path} is .*if_{case} says hold") as held:
        await render({"from": f"event.{path}", f"if_{case}": "hold"})
    assert held.value.cause == f"mapping.missing.event.{path}"


async def test_a_rule_of_its_own_goes_before_otherwise() -> None:
    mapping = {"from": "event.null", "if_null": "clear", "otherwise": "x"}
    assert await render(mapping) is None
    assert await render(mapping | {"from": "event.nothing"}) == "x"
    assert await render(mapping | {"from": "event.empty"}) == ""


async def test_a_required_value_is_held_with_step_field_source_and_record() -> None:
    with pytest.raises(HeldError) as held:
        await inputs({"email": {"from": "event.nothing"}}, required=("email",), email=TEXT)
    said = str(held.value)
    assert "step 'contact', field email of record o1: event.nothing is not there" in said
    assert "the action requires it" in said
    assert held.value.cause == "mapping.missing.event.nothing"


async def test_a_required_value_that_is_null_is_held_unless_the_action_takes_null() -> None:
    fields = {"email": {"from": "event.null"}}
    with pytest.raises(HeldError, match=r"event\.null is null"):
        await inputs(fields, required=("email",), email=TEXT)
    found = await inputs(fields, required=("email",), email={"type": ["string", "null"]})
    assert found.given == {"email": None}


async def test_an_empty_text_satisfies_an_action_that_takes_one() -> None:
    fields = {"name": {"from": "event.empty"}}
    assert (await inputs(fields, required=("name",), name=TEXT)).given == {"name": ""}
    with pytest.raises(HeldError, match=r"event\.empty is empty"):
        await inputs(fields, required=("name",), name=TEXT | {"minLength": 1})


async def test_one_of_several_required_values_is_enough_and_none_is_held() -> None:
    schema = {"anyOf": [{"required": ["email"]}, {"required": ["phone"]}]}
    fields = {"email": {"from": "event.nothing"}, "phone": {"from": "event.state"}}
    found = await RENDERER.inputs(fields, SCOPE, step="lead", schema=schema)
    assert found.given == {"phone": "paid"}
    fields["phone"] = {"from": "event.null"}
    with pytest.raises(
        HeldError, match="step 'lead', field email or phone of record o1: none of them is there"
    ):
        await RENDERER.inputs(fields, SCOPE, step="lead", schema=schema)


@pytest.mark.parametrize("path", ["nothing", "null", "empty", "none"])
async def test_required_in_a_mapping_holds_whatever_has_no_value(path: str) -> None:
    with pytest.raises(HeldError, match=f"event.{path} is .*the flow requires it"):
        await inputs({"address": {"object": {"city": {"from": f"event.{path}", "required": True}}}})


async def test_a_held_part_of_an_object_and_the_item_are_named() -> None:
    scope = SCOPE | {"item": {}, "number": 3}
    fields = {"address": {"object": {"city": {"from": "item.city", "required": True}}}}
    with pytest.raises(HeldError, match=r"field address of record o1, item 3: item\.city is not there"):
        await RENDERER.inputs(fields, scope, step="lines", schema={})


async def test_parts_that_are_missing_are_left_out_of_objects_and_lists() -> None:
    nothing = {"from": "event.nothing"}
    fields = {
        "some": {"object": {"id": {"from": "event.id"}, "no": nothing}},
        "all": {"object": {"no": nothing}},
        "none": {"object": {}},
        "list": [nothing, "a", {"from": "event.null"}],
    }
    assert await given_by(fields) == {"some": {"id": "o1"}, "none": {}, "list": ["a"]}


async def test_a_text_with_a_hole_has_a_way_out() -> None:
    text = {"text": "Order {event.id} of {event.nothing}"}
    with pytest.raises(HeldError, match=r"needs event\.nothing"):
        await render(text)
    assert await render(text | {"if_missing": "leave_out"}) is MISSING
    assert await render(text | {"otherwise": {"text": "Order {event.id}"}}) == "Order o1"


async def test_an_expression_without_a_result_is_null() -> None:
    assert await given_by({"x": {"expression": "nothing"}, "y": {"expression": "three"}}) == {"y": 3}
    with pytest.raises(FlowError, match=r"field x of record o1: the expression is wrong"):
        await inputs({"x": {"expression": "wrong"}})


@pytest.mark.parametrize(
    ("unmapped", "path", "expected"),
    [
        ("skip", "event.sku", MISSING),
        ("skip", "event.nothing", MISSING),
        ("keep", "event.sku", 7),
        ("keep", "event.nothing", MISSING),
        ("skip", "event.state", "Won"),
    ],
)
async def test_what_a_map_lacks_is_skipped_or_kept(unmapped: str, path: str, expected: Any) -> None:
    found = await render({"from": path, "map": {"paid": "Won"}, "unmapped": unmapped})
    assert found is expected or found == expected


async def test_a_hole_in_a_map_is_one_clear_line() -> None:
    with pytest.raises(HeldError) as held:
        await inputs({"stage": {"from": "event.sku", "map": {"paid": "Won"}}})
    assert str(held.value) == (
        "step 'contact', field stage of record o1: event.sku is 7, which the value map (paid) does not have; add it to "
        "the flow and replay"
    )
    assert held.value.cause == "mapping.unmapped.event.sku"


async def test_a_hole_never_shows_a_secret() -> None:
    with pytest.raises(HeldError) as held:
        await render({"from": "event.api_token", "map": {"a": "b"}})
    assert "0123456789" not in str(held.value)


async def test_what_is_added_is_passed_on_and_told() -> None:
    mapping = {"from": "event.state", "map": {"open": "Open"}, "unmapped": "add", "drop_down": "ID/Status"}
    found = await inputs({"id_status": mapping, "other": mapping | {"from": "event.null"}})
    assert found.given == {"id_status": "paid"}
    assert found.additions == (Addition(drop_down="ID/Status", value="paid", field="id_status"),)


LOOKUP = {"rows": [{"sku": 7, "plan": "Pro"}, {"sku": "8", "plan": None}], "where": "sku", "take": "plan"}


async def test_a_table_of_the_flow_is_looked_up() -> None:
    assert await render({"from": "event.sku", "lookup": LOOKUP}) == "Pro"
    assert await given_by({"x": {"value": "8", "lookup": LOOKUP}}) == {"x": None}
    assert await render({"from": "event.state", "lookup": LOOKUP, "otherwise": "Basic"}) == "Basic"
    with pytest.raises(HeldError, match=r"event\.state is 'paid', which the lookup's table does not have"):
        await render({"from": "event.state", "lookup": LOOKUP})


async def test_conversions_come_before_the_map_and_after_the_rules() -> None:
    mapping: dict[str, Any] = {"from": "event.name", "convert": {"text": {"case": "lower"}}}
    assert await render(mapping | {"map": {"ada": "A."}}) == "A."
    # A text of blanks is empty once it is trimmed.
    assert await render({"from": "event.blank", "convert": "text", "if_empty": "leave_out"}) is MISSING
    # A fallback is taken as it stands.
    assert await render(mapping | {"from": "event.nothing", "otherwise": " X "}) == " X "
    assert await render(mapping | {"from": "event.null"}) is None


async def test_options_of_a_conversion_come_from_the_record_too() -> None:
    money = {"money": {"currency": {"from": "event.currency"}, "to": "text", "decimal": "comma"}}
    assert await render({"from": "event.amount", "convert": money}) == "12,50"
    money["money"]["currency"] = {"from": "event.nothing"}
    with pytest.raises(HeldError, match=r"cannot be converted by money: .*event\.nothing"):
        await render({"from": "event.amount", "convert": money})


async def test_a_value_that_cannot_be_converted_is_held_without_being_shown() -> None:
    with pytest.raises(HeldError) as held:
        await inputs({"phone": {"from": "event.api_token", "convert": {"phone": {"region": "US"}}}})
    said = str(held.value)
    assert (
        "field phone of record o1: event.api_token cannot be converted by phone: a text of 24 characters"
        in said
    )
    assert "0123456789" not in said
    assert held.value.cause == "mapping.convert.phone"


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"from": "event.id", "text": "x"}, "several sources: from, text"),
        ({"from": "event.id", "otherwize": 1}, "otherwize is no key of a mapping; there are from, text"),
        (
            {"from": "event.id", "if_missing": "leaveout"},
            "if_missing: takes leave_out, clear, hold, or a mapping",
        ),
        ({"from": "event.id", "unmapped": "drop"}, "unmapped: input should be"),
        ({"from": "event.id", "convert": "fone"}, "no conversion 'fone'"),
        ({"from": "event.id", "convert": {"phone": {"region": "usa"}}}, "conversion phone: "),
    ],
)
async def test_a_mapping_that_is_none_is_the_authors_fault(mapping: Any, said: str) -> None:
    with pytest.raises(FlowError, match=said):
        await render(mapping)


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("event.nothing", {"missing"}),
        ("event.null", {"null"}),
        ("event.empty", {"empty"}),
        ("event.none", {"empty"}),
        ("event.zero", set()),
        ("event.no", set()),
        ("event.blank", set()),
    ],
)
async def test_a_condition_tells_missing_null_and_empty_apart(path: str, answers: set[str]) -> None:
    for case in ("missing", "null", "empty"):
        check = Check.model_validate({"from": path, "is": case})
        assert await RENDERER.holds(check, SCOPE) is (case in answers)
    present = Check.model_validate({"from": path, "present": True})
    assert await RENDERER.holds(present, SCOPE) is not (answers & {"missing", "null"})


leaves = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", " "]) | st.just(MISSING)
events = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), leaves, max_size=4)


@given(events)
async def test_an_input_never_holds_what_is_missing_or_an_unasked_null(event: dict[str, Any]) -> None:
    event = {key: value for key, value in event.items() if value is not MISSING}
    fields = {name: {"from": f"event.{name}"} for name in ("a", "b", "c", "d")}
    scope = {"event": event}
    found = await RENDERER.inputs(
        {"plain": {"from": "event.a"}, "inner": {"object": fields}, "list": list(fields.values())},
        scope,
        step="s",
        schema={},
    )
    kept = {key: value for key, value in event.items() if value is not None}
    assert found.given.get("plain", MISSING) == kept.get("a", MISSING)
    assert found.given.get("inner", {}) == kept
    assert found.given["list"] == [kept[name] for name in ("a", "b", "c", "d") if name in kept]
