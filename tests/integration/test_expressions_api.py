"""What the builder asks while somebody maps: what an expression gives, which functions there are, and real values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest_asyncio

from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from support.asking import Asking
from support.world import ACT, World


class Asked(Asking):
    """The HTTP API as the builder asks it."""

    async def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        return await self.ask(method, path, body, status=status)

    async def computed(self, expression: str, scope: Any = None) -> Any:
        return await self(
            "POST", "/api/expressions/evaluate", {"expression": expression, "scope": scope or {}}
        )


@pytest_asyncio.fixture
async def ask(world: World) -> AsyncIterator[Asked]:
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="builder")
    async with world.hooks() as url:
        yield Asked(world, url, token)


async def test_an_expression_is_computed_exactly_and_says_what_it_reads(ask: Asked) -> None:
    raw = b'{"event": {"amount": 150.10, "fee": 0.20}}'
    found = await ask.computed("event.amount + event.fee", jsonio.decode(raw))
    assert found["problem"] is None
    assert (found["missing"], found["shown"]) == (False, "150.30")
    assert found["reads"] == ["event.amount", "event.fee"]


async def test_nothing_is_not_null(ask: Asked) -> None:
    nothing = await ask.computed("event.note", {"event": {}})
    assert (nothing["missing"], nothing["shown"]) == (True, None)
    null = await ask.computed("event.note", {"event": {"note": None}})
    assert (null["missing"], null["value"], null["shown"]) == (False, None, "null")


async def test_what_is_wrong_is_said_with_its_place(ask: Asked) -> None:
    unreadable = (await ask.computed("event.amount +"))["problem"]
    assert unreadable["cause"] == "expression.syntax"
    by_zero = (await ask.computed("event.amount / 0", {"event": {"amount": 1}}))["problem"]
    assert (by_zero["cause"], by_zero["position"]) == ("expression.divides_by_zero", 13)


async def test_an_endless_expression_is_ended_and_the_next_one_is_computed(ask: Asked) -> None:
    endless = "($f := function($n) {$f($n + 1)}; $f(0))"
    assert (await ask.computed(endless))["problem"]["cause"] in (
        "expression.too_slow",
        "expression.too_large",
        "expression.nested_too_deeply",
    )
    assert (await ask.computed("1 + 1"))["value"] == 2


async def test_a_secret_in_a_result_is_hidden(ask: Asked) -> None:
    found = await ask.computed("event", {"event": {"api_key": "very secret", "name": "Ada"}})
    assert found["value"] == {"api_key": "[hidden]", "name": "Ada"}
    assert "very secret" not in found["shown"]


async def test_a_value_in_yaml_keeps_its_digits(ask: Asked) -> None:
    # JSON is YAML, too.
    found = await ask("POST", "/api/expressions/value", {"a": [Decimal("1.50"), "no"]})
    assert jsonio.encode(found) == b'{"value":{"a":[1.50,"no"]}}'


async def test_a_body_that_is_too_large_or_has_other_words_is_refused(ask: Asked) -> None:
    await ask("POST", "/api/expressions/evaluate", {"expression": "1" * 20_000}, status=422)
    await ask("POST", "/api/expressions/evaluate", {"expression": "1", "more": 1}, status=422)
    large = {"expression": "1", "scope": {"event": "x" * 1_000_001}}
    await ask("POST", "/api/expressions/evaluate", large, status=413)


async def test_every_function_has_its_line_and_its_example(ask: Asked) -> None:
    found = {item["name"]: item for item in await ask("GET", "/api/expressions/functions")}
    assert found["round"]["usage"] == "$round(number, digits?)"
    assert (found["money"]["ours"], found["sum"]["ours"]) == (True, False)
    assert all(item["description"] and item["example"] for item in found.values())


async def test_every_conversion_says_what_can_be_chosen(ask: Asked) -> None:
    found = {item["name"]: item for item in await ask("GET", "/api/expressions/conversions")}
    assert found["phone"]["input_schema"]["properties"]["style"]["enum"] == [
        "e164",
        "international",
        "national",
    ]
    assert found["split"]["title"] == "Text to list"


async def test_samples_are_the_newest_events_as_mappings_see_them(ask: Asked) -> None:
    listed = await ask("GET", "/api/flows")
    name = next(item["name"] for item in listed if item["trigger"].startswith("ghl.order."))
    assert await ask("GET", f"/api/flows/{name}/samples") == []
    sold = await ask.world.sell(2)
    await ask.world.poll()
    await ask.world.work_until_idle()
    found = await ask("GET", f"/api/flows/{name}/samples?limit=2")
    assert len(found) == 2
    assert {item["scope"]["event"]["id"] for item in found} <= set(sold["orders"])
    assert all(item["fires"] and item["accepted_at"] for item in found)
    assert set(found[0]["scope"]) == {"event", "before", "steps"}
    await ask("GET", f"/api/flows/{name}/samples?trigger=core.order.lines%401", status=422)
    await ask("GET", "/api/flows/nothing-such/samples", status=404)


async def test_the_samples_of_a_flow_that_people_start_are_its_own(ask: Asked) -> None:
    definition = {"flow": "by-hand", "title": "By hand", "trigger": "core.manual.started@1", "steps": []}
    begun = await ask(
        "POST", "/api/flows", {"definition": definition, "source": ACT, "target": ACT}, status=201
    )
    # Nothing has started it yet: what is known is the trigger's example.
    (example,) = await ask("GET", f"/api/flows/{begun['flow_id']}/samples")
    assert example["event_id"] is None
    assert "input" in example["scope"]["event"]
