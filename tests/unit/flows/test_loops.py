# ruff: noqa: E501 (a table is easier to read with one case in a line)
"""Flows that could start themselves, and circles of flows."""

from __future__ import annotations

from typing import Any

import pytest

from orderbridge.catalogue.registry import every, operation
from orderbridge.flows import effects, loops
from orderbridge.flows.loops import Wired
from orderbridge.flows.model import Flow

HERE = effects.addresses_of(["http://127.0.0.1:8765", "https://bridge.example"])
GHL_UPDATE, ACT_UPDATE = "ghl.api.contacts.update_contact@1", "act.api.contacts.contacts_replace@1"


def wired(name: str, trigger: str, *actions: str, source: str | None = None, **given: Any) -> Wired:
    steps = [{"id": f"s{number}", "action": ref, "with": given} for number, ref in enumerate(actions)]
    flow = Flow.model_validate({"flow": name, "title": name, "trigger": trigger, "steps": steps})
    accounts = {"ghl": "location", "act": "database"}
    system = operation(trigger).system
    return Wired(
        name=name, flow=flow, source=source or accounts.get(system, "location"), connections=accounts
    )


def verdicts(new: Wired, *others: Wired) -> list[bool]:
    """True for a circle that is refused, False for one that is only told."""
    return [not item.warning for item in loops.problems(new, others, HERE)]


@pytest.mark.parametrize(
    ("new", "others", "refused"),
    [
        (wired("a", "ghl.contact.updated@1", GHL_UPDATE), [], [True]),
        (wired("a", "ghl.contact.updated@1", "ghl.contact.update@1"), [], [False]),
        # A change does not start what waits for new records, and the creation of another kind starts nothing.
        (wired("a", "ghl.contact.created@1", GHL_UPDATE), [], []),
        (wired("a", "ghl.product.updated@1", GHL_UPDATE), [], []),
        (wired("a", "ghl.contact.created@1", "ghl.api.contacts.create_contact@1"), [], [True]),
        (wired("a", "act.contact.updated@1", GHL_UPDATE), [], []),
        (wired("a", "ghl.contact.updated@1", GHL_UPDATE, source="another location"), [], []),
        (wired("a", "act.contact.updated@1", GHL_UPDATE), [wired("b", "ghl.contact.updated@1", ACT_UPDATE)], [True]),
        (wired("a", "act.contact.updated@1", GHL_UPDATE), [wired("b", "ghl.contact.updated@1", "act.contact.update@1")], [False]),
        (wired("a", "act.contact.updated@1", "ghl.contact.update@1"), [wired("b", "ghl.contact.updated@1", ACT_UPDATE)], [False]),
        (wired("a", "core.schedule.due@1", GHL_UPDATE), [wired("b", "ghl.contact.updated@1", ACT_UPDATE)], []),
        # What goes round without the new flow was there before it.
        (wired("a", "core.manual.started@1", GHL_UPDATE), [wired("b", "ghl.contact.updated@1", GHL_UPDATE)], []),
        (
            wired("a", "act.contact.updated@1", GHL_UPDATE),
            [wired("b", "ghl.contact.updated@1", "ghl.api.products.create_product@1"), wired("c", "ghl.product.created@1", ACT_UPDATE)],
            [True],
        ),
        (wired("a", "ghl.order.changed@1", "ghl.invoice.record_payment@1"), [], [False]),
    ],
)  # fmt: skip
def test_circles(new: Wired, others: list[Wired], refused: list[bool]) -> None:
    assert verdicts(new, *others) == refused


@pytest.mark.parametrize(
    ("url", "method", "refused"),
    [
        ("http://127.0.0.1:8765/hooks/in/abc", "POST", [True]),
        ("http://localhost:8765/hooks/in/abc", "PUT", [True]),
        ("https://bridge.example/hooks/in/abc", "POST", [True]),
        ("https://BRIDGE.example:443/hooks/in/abc", "POST", [True]),
        ({"text": "https://bridge.example/hooks/in/{event.body.path}"}, "POST", [True]),
        ("https://bridge.example/hooks/in/abc", "GET", []),
        ("https://other.example/hooks/in/abc", "POST", []),
        ("http://127.0.0.1:9999/hooks/in/abc", "POST", []),
        ("https://[broken", "POST", []),
    ],
)
def test_a_flow_that_calls_our_own_address(url: Any, method: str, refused: list[bool]) -> None:
    new = wired("a", "core.webhook.received@1", "core.http.request@1", url=url, method=method)
    assert verdicts(new) == refused


def test_a_circle_is_told_by_the_names_of_its_flows_and_the_kinds() -> None:
    [problem] = loops.problems(
        wired("there", "act.contact.updated@1", GHL_UPDATE),
        [wired("back", "ghl.contact.updated@1", ACT_UPDATE)],
        HERE,
    )
    assert problem.place == "steps.s0"
    assert (
        "there changes a contact, then back changes a contact, and that starts there again" in problem.message
    )


def test_many_flows_that_could_all_start_each_other_are_looked_at_in_time() -> None:
    many = [wired(f"f{number}", "ghl.contact.updated@1", GHL_UPDATE) for number in range(60)]
    assert True in verdicts(many[0], *many[1:])


def test_the_kinds_of_our_own_actions_are_those_that_triggers_name() -> None:
    kinds = {(item.system, item.listens.kind) for item in every().values() if item.listens is not None}
    touched = {
        (touch.system, touch.kind)
        for one in every().values()
        if one.listens is None and one.writes and one.system != "core"
        for step in effects.writes(wired("x", "core.manual.started@1", one.ref).flow, frozenset())
        for touch in step.touches
    }
    # Nobody listens to users, associations and schemas of objects, or writes orders as such.
    missing = {kind for kind in kinds - touched if kind[0] != "core"}
    assert missing <= {("ghl", "app"), ("ghl", "location"), ("ghl", "user"), ("ghl", "subscription")}
