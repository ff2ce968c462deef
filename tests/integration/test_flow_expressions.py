"""Expressions in a flow that runs: computed fields, conditions and lists, and what is wrong waits for its author."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orderbridge.automation.publishing import publish
from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.own_events import happened
from orderbridge.flows.model import Flow
from orderbridge.store import flows
from support.world import ACT, MakeWorld, World


def company(step_id: str, name: JsonObject, **more: Any) -> JsonObject:
    return {"id": step_id, "action": "act.company.create@1", "with": {"name": name}, **more}


FLOW: dict[str, Any] = {
    "flow": "computed",
    "title": "Companies with computed names",
    "trigger": "core.manual.started@1",
    "when": [{"expression": "$count(event.input.lines) > 0", "reason": "there are no lines"}],
    "steps": [
        company(
            "total",
            {
                "expression": '"Total " & $money($sum(event.input.lines.(price * qty)), event.input.currency)'
                " & ' ' & event.input.currency"
            },
        ),
        company(
            "line",
            {"expression": "'Line ' & number & ' ' & item.name"},
            for_each={"expression": "event.input.lines[price > 1]^(>price)[]"},
        ),
        company(
            "large",
            {"expression": "event.input.nickname", "otherwise": "Large"},
            when=[{"expression": "$sum(event.input.lines.(price * qty))", "above": 60}],
        ),
    ],
}


@pytest.fixture
async def world(make_world: MakeWorld) -> Any:
    async with make_world(flows=()) as opened:
        yield opened


async def run(world: World, flow: JsonObject, given: JsonObject) -> JsonObject:
    name, _ = await publish(world.application.runtime, Flow.model_validate(flow), source=ACT, target=ACT)
    async with world.db.begin() as tx:
        stored = await flows.by_name(tx, name)
        await accept_all(tx, [happened(stored, "manual", random_id(), {"input": given})])
    await world.work_until_idle()
    [row] = await world.rows("SELECT state, reason, cause FROM runs ORDER BY started_at DESC LIMIT 1")
    return dict(row)


async def made(world: World) -> list[str]:
    rows = (await world.act_truth("companies"))["companies"]
    return [row["name"] for row in rows if row["name"].startswith(("Total", "Line", "Large"))]


def order(*lines: tuple[str, str, int]) -> JsonObject:
    return {
        "currency": "KWD",
        "lines": [{"name": name, "price": Decimal(price), "qty": qty} for name, price, qty in lines],
    }


async def test_fields_conditions_and_lists_are_computed(world: World) -> None:
    ended = await run(world, FLOW, order(("Lid", "19.9995", 3), ("Pot", "0.0005", 1), ("Fee", "20.10", 1)))

    assert ended["state"] == "done"
    # 59.9985 + 0.0005 + 20.10, in dinars, which have three digits.
    assert await made(world) == ["Total 80.099 KWD", "Line 1 Fee", "Line 2 Lid", "Large"]
    rows = await world.rows("SELECT input::text AS input FROM steps WHERE path = 'total'")
    assert [jsonio.decode(row["input"])["name"] for row in rows] == ["Total 80.099 KWD"]


async def test_a_condition_that_does_not_hold_leaves_out_its_step_or_all(world: World) -> None:
    assert (await run(world, FLOW, order(("Lid", "1.50", 2))))["state"] == "done"
    assert await made(world) == ["Total 3.000 KWD", "Line 1 Lid"]

    ended = await run(world, FLOW, {"currency": "USD", "lines": []})
    assert (ended["state"], ended["reason"]) == ("nothing", "there are no lines")


async def test_a_wrong_expression_holds_its_run_and_no_other(world: World) -> None:
    for number, (expression, cause, says) in enumerate(
        (
            ("event.input.total / event.input.zero", "expression.divides_by_zero", "divides by zero"),
            ("($f := function($n) { $f($n) }; $f(1))", "expression.too_slow", "takes longer than 1 s"),
            ("$number(event.input.word)", "expression.not_a_number", "reads a text as a number"),
        )
    ):
        wrong = {
            "flow": f"wrong-{number}",
            "title": "A wrong one",
            "trigger": "core.manual.started@1",
            "steps": [company("wrong", {"expression": expression})],
        }
        ended = await run(world, wrong, {"total": 5, "zero": 0, "word": "seven"})
        assert (ended["state"], ended["cause"]) == ("dead", cause)
        assert says in ended["reason"]

    assert (await run(world, FLOW, order(("Lid", "1.50", 2))))["state"] == "done"
    assert await made(world) == ["Total 3.000 KWD", "Line 1 Lid"]
