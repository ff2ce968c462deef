# ruff: noqa: E501 (a table is easier to read with one case in a line)
"""What can be wrong with a flow is said with its place."""

from __future__ import annotations

from typing import Any

import pytest

from orderbridge.catalogue.registry import every
from orderbridge.flows import templates, validate
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import Problem


def note(step_id: str, text: Any = "x", **more: Any) -> dict[str, Any]:
    return {"id": step_id, "action": "core.text.case@1", "with": {"text": text, "case": "upper"}} | more


def flow(*steps: dict[str, Any], **more: Any) -> Flow:
    base = {"flow": "x", "title": "x", "trigger": "core.manual.started@1", "steps": list(steps)}
    return Flow.model_validate(base | more)


def found(*steps: dict[str, Any], **more: Any) -> list[Problem]:
    return validate.problems(flow(*steps, **more))


def said(*steps: dict[str, Any], **more: Any) -> list[tuple[str, str, bool]]:
    return [(item.place, item.message, item.warning) for item in found(*steps, **more)]


@pytest.mark.parametrize("template", templates.load_all().values(), ids=lambda one: one.template)
def test_the_templates_are_right(template: Any) -> None:
    given = {name: item.example for name, item in template.settings.items() if item.required}
    for one in templates.fill(template, given):
        assert [item for item in validate.problems(one) if not item.warning] == []


def test_no_operation_brings_it_down() -> None:
    for one in every().values():
        if one.listens is None:
            values = {
                name: {"object": value} if isinstance(value, dict) else value
                for name, value in one.example.items()
            }
            step = {
                "id": "a",
                "action": one.ref,
                "with": values,
                "allow": ["messages_people", "moves_money", "deletes"],
            }
            problems = found(step)
            assert (one.denied is None) or any("is never called" in item.message for item in problems)


INNER = {"id": "parts", "for_each": {"from": "event.parts"}, "steps": [note("part", {"from": "item.name"})]}
CHOICE = {
    "id": "size",
    "choose": [
        {"when": [{"from": "event.a", "equals": 1}], "steps": [note("left")]},
        {"steps": [note("right")]},
    ],
}


@pytest.mark.parametrize(
    ("steps", "place", "message", "warning"),
    [
        ([note("a", {"from": "steps.b.text"})], "steps.a.with.text.from", "no step b", False),
        ([note("a", {"from": "steps.b.text"}), note("b")], "steps.a.with.text.from", "comes later", False),
        ([note("a", {"from": "steps.a.text"})], "steps.a.with.text.from", "itself", False),
        ([note("a", {"text": "{steps.part.text}"}), INNER], "steps.a.with.text.text", "for each item of parts", False),
        ([INNER, note("a", {"from": "steps.part.text"})], "steps.a.with.text.from", "steps.parts is the list", False),
        ([INNER, note("a", {"from": "steps.parts.part"})], "steps.a.with.text.from", "is a list", False),
        ([CHOICE, note("a", {"from": "steps.size.x"})], "steps.a.with.text.from", "gives nothing", False),
        ([CHOICE, note("a", {"from": "steps.left.text"})], "steps.a.with.text.from", "may not have been taken", True),
        ([note("a", {"from": "item.name"})], "steps.a.with.text.from", "only within a for_each", False),
        ([note("a", {"from": "evnt.name"})], "steps.a.with.text.from", "leads nowhere", False),
        ([note("a"), note("b", {"from": "steps.a.txt"})], "steps.b.with.text.from", "gives no txt; did you mean text?", True),
        ([note("a", {"expression": "steps.late.x & 'steps.never'"}), note("late")], "steps.a.with.text.expression", "step late comes later", False),
        ([note("a", {"expression": " "})], "steps.a.with.text.expression", "is empty", False),
        ([note("a"), note("a")], "steps.a.id", "has the id a already", False),
        ([CHOICE, note("left")], "steps.left.id", "has the id left already", False),
        ([note("a", when=[{"from": "event.a"}])], "steps.a.when.0", "asks nothing", False),
        ([note("a", when=[{"equals": 1}])], "steps.a.when.0", "asks about a field", False),
        ([note("a", when=[{"from": "event.a", "expression": "1", "equals": 1}])], "steps.a.when.0", "not both", False),
        ([note("a", when=[{"from": "event.a", "in": []}])], "steps.a.when.0.in", "empty list", True),
        ([note("a", when=[{"from": "steps.b.x", "present": True}])], "steps.a.when.0.from", "no step b", False),
        ([note("a", for_each="abc")], "steps.a.for_each", "a list is needed", False),
        ([note("a", for_each={"text": "{event.a}"})], "steps.a.for_each", "gives none", False),
        ([note("a", for_each=[])], "steps.a.for_each", "never done", True),
        ([{"id": "s", "stop": "x"}, note("a")], "steps.a", "never reached", True),
        ([{"id": "s", "stop": "{steps.b.x}"}], "steps.s.stop", "no step b", False),
        ([], "steps", "at least one step", False),
        ([{"id": "l", "for_each": {"from": "event.x"}, "steps": []}], "steps.l.steps", "at least one step", False),
        ([{"id": "c", "choose": [{"steps": []}]}], "steps.c.choose.0.steps", "at least one step", False),
        ([{"id": "c", "choose": [{"steps": [note("a")]}, {"steps": [note("b")]}]}], "steps.c.choose.0", "always taken", True),
        ([note("a", 5)], "steps.a.with.text", "expected string, found number", False),
        ([note("a", {"from": "event.x", "map": {"a": 5}})], "steps.a.with.text.map.a", "expected string", False),
        ([note("a", {"from": "event.x", "otherwise": 5})], "steps.a.with.text.otherwise", "expected string", False),
        ([note("a", {"foo": 1})], "steps.a.with.text", "needs one of", False),
        ([note("a") | {"for_each": [{"name": 1}]}], "steps.a.for_each.0", "written as object", False),
        ([{"id": "a", "action": "core.text.case@1", "with": {"txt": "x", "case": "upper"}}], "steps.a.with.txt", "did you mean text?", False),
        ([{"id": "a", "action": "core.text.case@1"}], "steps.a.with", "text is missing", False),
        ([{"id": "a", "action": "core.text.csae@1"}], "steps.a.action", "did you mean core.text.case@1", False),
        ([{"id": "a", "action": "core.text.case@9"}], "steps.a.action", "there is no operation", False),
        ([{"id": "a", "action": "ghl.order.changed@1"}], "steps.a.action", "is a trigger and cannot be a step", False),
        ([{"id": "a", "action": "act.company.delete@1", "with": {"company_id": "1"}}], "steps.a.action", "allow: [deletes]", False),
        ([{"id": "a", "action": "ghl.fulfilment.create_remaining@1", "with": {"order_id": "1", "notify_customer": True}}], "steps.a.action", "allow: [messages_people]", False),
        ([{"id": "a", "action": "ghl.fulfilment.create_remaining@1", "with": {"order_id": "1", "notify_customer": {"from": "event.x"}}}], "steps.a.action", "when notify_customer is true", True),
        ([{"id": "a", "action": "core.http.request@1", "with": {"method": "GET", "url": "https://x.example/", "headers": {"object": {"Authorization": "abc"}}}}], "steps.a.with.headers.object.Authorization", "secret", False),
        ([note("a", "Bearer abcdefghijklmnop")], "steps.a.with.text", "secret", False),
    ],
)  # fmt: skip
def test_each_thing_that_is_wrong_is_said_with_its_place(
    steps: list[dict[str, Any]], place: str, message: str, warning: bool
) -> None:
    [one] = [item for item in found(*steps) if item.place == place and message in item.message]
    assert one.warning is warning


@pytest.mark.parametrize(
    "steps",
    [
        [note("a"), note("b", {"from": "steps.a.text"})],
        [INNER, note("a", {"from": "steps.parts.0.part.text"})],
        [CHOICE, note("a", {"from": "steps.left.text", "otherwise": {"from": "steps.right.text"}})],
        [note("a", {"from": "event.x", "map": {"card": "Card", "token": "Token"}})],
        [{"id": "l", "for_each": {"from": "event.x"}, "steps": [note("a"), note("b", {"text": "{steps.a.text} {number}"})]}],
        [{"id": "s", "stop": "x", "when": [{"expression": "event.a > 1"}]}, note("a")],
        [note("a", {"from": "item.name"}, for_each=[{"object": {"name": "x"}}])],
        [{"id": "a", "action": "core.http.request@1", "with": {"method": "GET", "url": "https://x.example/", "headers": {"object": {"Accept": "text/plain"}}}}],
    ],
)  # fmt: skip
def test_what_is_right_is_not_complained_about(steps: list[dict[str, Any]]) -> None:
    assert said(*steps) == []


@pytest.mark.parametrize(
    ("more", "place", "message"),
    [
        ({"trigger": "act.company.create@1"}, "trigger", "is an action"),
        ({"trigger": "act.contact.craeted@1"}, "trigger", "did you mean act.contact.created@1"),
        ({"trigger": "act.contact.field_changed@1"}, "trigger_with", "'field' is missing"),
        (
            {"trigger": "core.schedule.due@1", "trigger_with": {"cron": "x x x x x"}},
            "trigger_with",
            "cannot be read",
        ),
        ({"when": [{"from": "steps.a.x", "equals": 1, "reason": "r"}]}, "when.0.from", "no step a"),
        ({"when": [{"from": "event.x", "reason": "r"}]}, "when.0", "asks nothing"),
    ],
)
def test_a_wrong_beginning_is_said(more: dict[str, Any], place: str, message: str) -> None:
    assert [message in text for where, text, _ in said(note("a"), **more) if where == place] == [True]


def test_expressions_are_shown_to_their_language() -> None:
    for step, place in (
        (note("a", {"expression": "1 +"}), "steps.a.with.text.expression"),
        (note("a", when=[{"expression": "1 +"}]), "steps.a.when.0.expression"),
    ):
        [problem] = found(step)
        assert (problem.place, problem.warning) == (place, False)
        assert "1 +" in problem.message
