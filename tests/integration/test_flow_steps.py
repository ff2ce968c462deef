"""Steps that choose, repeat, are left out and end the run."""

from __future__ import annotations

from typing import Any

import pytest

from orderbridge.automation.publishing import publish
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.own_events import happened
from orderbridge.flows.model import Flow
from orderbridge.store import flows
from support.world import ACT, MakeWorld, World


def company(step_id: str, name: str) -> JsonObject:
    return {"id": step_id, "action": "act.company.create@1", "with": {"name": {"text": name}}}


FLOW: dict[str, Any] = {
    "flow": "parcels",
    "title": "A company for each parcel",
    "trigger": "core.manual.started@1",
    "steps": [
        {
            "id": "size",
            "choose": [
                {
                    "when": [{"from": "event.input.weight", "above": 100}],
                    "steps": [
                        {"id": "too_heavy", "stop": "{event.input.weight} kg is too much", "as": "held"}
                    ],
                },
                {
                    "when": [{"from": "event.input.weight", "above": 10}],
                    "steps": [company("large", "Large {event.input.weight}")],
                },
                {"steps": [company("small", "Small {event.input.weight}")]},
            ],
        },
        {
            "id": "parts",
            "for_each": {"from": "event.input.parts"},
            "when": [{"from": "event.input.parts", "present": True}],
            "steps": [
                company("part", "Part {number}: {item.name}"),
                company("label", "Label {steps.part.id}"),
            ],
        },
        company("last", "Last {event.input.weight}"),
        {"id": "end", "stop": "all {event.input.weight} kg are done"},
        company("never", "Never"),
    ],
}


@pytest.fixture
async def world(make_world: MakeWorld) -> Any:
    async with make_world(flows=()) as opened:
        yield opened


async def run(world: World, **given: Any) -> JsonObject:
    flow = Flow.model_validate(FLOW)
    name, _ = await publish(world.application.runtime, flow, source=ACT, target=ACT)
    async with world.db.begin() as tx:
        stored = await flows.by_name(tx, name)
        event_id = random_id()
        await accept_all(tx, [happened(stored, "manual", event_id, {"input": given})])
    await world.work_until_idle()
    [row] = await world.rows("SELECT state, reason FROM runs ORDER BY started_at DESC LIMIT 1")
    return dict(row)


async def made(world: World) -> list[str]:
    rows = (await world.act_truth("companies"))["companies"]
    words = ("Large", "Small", "Part", "Label", "Last", "Never")
    return [row["name"] for row in rows if row["name"].startswith(words)]


@pytest.mark.parametrize(("weight", "size"), [(50, "Large"), (5, "Small")])
async def test_the_first_branch_that_fits_is_taken(world: World, weight: int, size: str) -> None:
    ended = await run(world, weight=weight)
    assert ended == {"state": "done", "reason": f"all {weight} kg are done"}
    assert await made(world) == [f"{size} {weight}", f"Last {weight}"]


async def test_steps_are_done_for_each_item_and_see_each_other(world: World) -> None:
    await run(world, weight=5, parts=[{"name": "Lid"}, {"name": "Pot"}])
    names = await made(world)
    assert [name for name in names if name.startswith("Part")] == ["Part 1: Lid", "Part 2: Pot"]
    assert len({name for name in names if name.startswith("Label")}) == 2


async def test_a_stop_may_ask_for_a_person(world: World) -> None:
    ended = await run(world, weight=500)
    assert ended == {"state": "dead", "reason": "500 kg is too much"}
    assert await made(world) == []
