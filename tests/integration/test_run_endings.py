"""Steps that end their run on purpose, or let it wait: what was done is done, and nothing is done twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from orderbridge.automation import repair
from orderbridge.automation.repair import Wish
from orderbridge.core.clock import ManualClock
from orderbridge.flows.model import Flow
from orderbridge.store import flows, lanes, reasons
from support.browsers import owner
from support.rounds import SetClock
from support.world import ACT, GHL, MakeWorld, World

DAY_S = 86_400.0
WHEN_CREATED = "ghl.order.changed@1"


@pytest.fixture
def clock() -> ManualClock:
    return SetClock(datetime.now(UTC))


@pytest.fixture
async def world(make_world: MakeWorld, clock: ManualClock) -> AsyncIterator[World]:
    async with make_world(flows=(), clock=clock) as opened:
        yield opened


async def publish(world: World, *steps: dict[str, Any], enabled: bool = True) -> None:
    flow = Flow.model_validate(
        {"flow": "tested", "title": "T", "trigger": WHEN_CREATED, "steps": list(steps)}
    )
    async with world.db.begin() as tx:
        await flows.publish(
            tx, flow_id="tested", name="tested", template=None, definition=flow.as_json(), enabled=enabled,
            source_connection=world.connections[GHL], target_connection=world.connections[ACT],
        )  # fmt: skip


def company(name: str) -> dict[str, Any]:
    """A step that makes a company, named after the order's status at the time."""
    text = {"text": f"{name} {{event.status}}"}
    return {"id": name, "action": "act.company.create@1", "with": {"name": text}}


def step(id: str, action: str, **given: Any) -> dict[str, Any]:
    return {"id": id, "action": action, "with": given}


async def carry_over(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def runs(world: World) -> list[tuple[str, str | None]]:
    rows = await world.rows("SELECT state, reason FROM runs ORDER BY started_at")
    return [(row["state"], row["reason"]) for row in rows]


async def made(world: World) -> list[str]:
    names = [row["name"] for row in (await world.act_truth("companies"))["companies"]]
    return sorted(name for name in names if name.startswith(("before", "after")))


async def test_a_stopped_run_had_nothing_to_do_and_its_later_steps_are_not_started(world: World) -> None:
    await publish(world, step("stop", "core.flow.stop@1", reason="not ours"), company("after"))
    await world.sell(1)

    await carry_over(world)

    assert await runs(world) == [("nothing", "not ours")]
    assert await made(world) == []
    [event] = await world.rows("SELECT outcome, reason FROM events WHERE kind = 'order'")
    assert event == {"outcome": "nothing", "reason": "not ours"}


async def test_a_run_that_wrote_before_it_stopped_is_done_and_says_why_it_ended(world: World) -> None:
    condition = {"object": {"value": {"from": "event.status"}, "test": "equals", "expected": "no such"}}
    await publish(
        world,
        company("before"),
        step("only", "core.filter.require@1", conditions=[condition], reason="another status"),
        company("after"),
    )
    await world.sell(1)

    await carry_over(world)

    assert await runs(world) == [("done", "another status")]
    assert [name.split()[0] for name in await made(world)] == ["before"]


async def test_a_held_run_goes_on_after_the_step_that_held_it_when_it_is_replayed(world: World) -> None:
    await publish(world, company("before"), step("hold", "core.flow.hold@1", reason="look"), company("after"))
    await world.sell(1)
    await carry_over(world)
    held = await runs(world)
    before = await made(world)

    assert await world.replay(cause="flow.held") == 1
    await world.work_until_idle()

    assert held == [("dead", "look")]
    assert [name.split()[0] for name in before] == ["before"]
    assert [state for state, _ in await runs(world)] == ["done"]
    assert [name.split()[0] for name in await made(world)] == ["after", "before"]


async def test_a_run_waits_through_a_restart_and_goes_on_at_that_step(
    world: World, clock: ManualClock
) -> None:
    await publish(world, company("before"), step("wait", "core.delay.wait@1", days=3), company("after"))
    [order_id] = (await world.sell(1))["orders"]
    await carry_over(world)
    waiting = await runs(world)
    async with world.db.read() as tx:
        why = await reasons.of_orders(tx, world.connections[GHL], [order_id])
    assert why[order_id] == ("waiting", waiting[0][1])
    clock.advance(2.9 * DAY_S)
    await world.work_until_idle()
    assert [state for state, _ in await runs(world)] == ["waiting"]
    assert [name.split()[0] for name in await made(world)] == ["before"]

    clock.advance(0.2 * DAY_S)
    await world.work_until(lambda: all_done(world))

    assert waiting[0][1] is not None
    assert waiting[0][1].startswith("waits until ")
    assert [name.split()[0] for name in await made(world)] == ["after", "before"]
    attempts = await world.rows("SELECT attempts FROM runs")
    assert attempts == [{"attempts": 2}]


async def test_a_run_that_was_parked_just_before_a_crash_waits_on_for_as_long_as_it_began_to(
    world: World, clock: ManualClock
) -> None:
    await publish(world, company("before"), step("wait", "core.delay.wait@1", hours=2), company("after"))
    await world.sell(1)
    await carry_over(world)
    [(_, reason)] = await runs(world)
    # As a worker leaves it that dies before the event is given its outcome.
    await world.rows("UPDATE events SET outcome = 'pending' WHERE outcome = 'parked'")
    async with world.db.begin() as tx:
        await lanes.wake(tx, [row["key"] for row in await tx.fetch("SELECT key FROM lanes")])

    clock.advance(3600)
    await world.work_until_idle()

    assert await runs(world) == [("waiting", reason)]
    assert [name.split()[0] for name in await made(world)] == ["before"]
    clock.advance(3601)
    await world.work_until(lambda: all_done(world))
    assert [name.split()[0] for name in await made(world)] == ["after", "before"]


async def test_a_waiting_run_does_not_keep_the_next_change_waiting_and_sees_it_afterwards(
    world: World, clock: ManualClock
) -> None:
    await publish(world, company("before"), step("wait", "core.delay.wait@1", days=300), company("after"))
    [order_id] = (await world.sell(1))["orders"]
    await carry_over(world)
    await publish(world, company("before"))
    await world.control("ghl", f"orders/{order_id}/edit", {"status": "cancelled", "webhooks": False})
    await carry_over(world)

    assert [state for state, _ in await runs(world)] == ["waiting", "done"]
    clock.advance(301 * DAY_S)
    await world.work_until(lambda: all_done(world))
    # It goes on in the version it began with, and does not write the status of 300 days ago.
    assert [name for name in await made(world) if name.startswith("after")] == ["after cancelled"]


async def test_a_run_whose_flow_was_switched_off_while_it_waited_is_closed(
    world: World, clock: ManualClock
) -> None:
    steps = (step("wait", "core.delay.wait@1", hours=1), company("after"))
    await publish(world, *steps)
    await world.sell(1)
    await carry_over(world)
    await publish(world, *steps, enabled=False)

    clock.advance(3601)
    await world.work_until(lambda: all_settled(world))

    [(state, reason)] = await runs(world)
    assert state == "nothing"
    assert reason is not None
    assert "switched off" in reason
    assert await made(world) == []


async def all_done(world: World) -> bool:
    return all(state == "done" for state, _ in await runs(world))


async def all_settled(world: World) -> bool:
    return not await world.rows("SELECT 1 FROM events WHERE outcome IN ('pending', 'parked')")


async def test_an_order_that_came_in_before_a_flow_listened_is_named_and_its_event_can_be_replayed(
    world: World,
) -> None:
    [order_id] = (await world.sell(1))["orders"]
    await carry_over(world)
    await publish(world, company("after"))
    async with world.db.read() as tx:
        why = await reasons.of_orders(tx, world.connections[GHL], [order_id])

    assert why[order_id][0] == "no_flow_listened"
    event_id = why[order_id][1].partition("--event ")[2].partition("'")[0]
    await repair.replay_event(world.application.runtime, event_id, Wish(by="tests"))
    await world.work_until_idle()
    assert [name.split()[0] for name in await made(world)] == ["after"]
    async with world.db.read() as tx:
        assert order_id not in await reasons.of_orders(tx, world.connections[GHL], [order_id])


async def test_all_that_came_in_before_a_flow_listened_is_carried_over_by_one_command_and_once(
    world: World,
) -> None:
    await world.sell(3)
    await carry_over(world)
    await publish(world, company("after"))
    runtime = world.application.runtime
    async with world.hooks() as url:
        olga = await owner(world, url)
        # On the page: it is all looked at once more first, and nothing new is there.
        found = await olga.ok("POST", "/api/polling/look")
        assert {item["connection"]: item["error"] for item in found} == {GHL: None}
        assert sum(part["moved"] for item in found for part in item["streams"].values()) == 0
        assert await olga.ok("POST", "/api/runs/replay", {"unheard": True}) == {"added": 3}
        await olga.no("request.malformed", "POST", "/api/runs/replay", {"unheard": True, "flow": "after"})
    await world.work_until_idle()
    assert await repair.replay_unheard(runtime, Wish(by="tests")) == 0
    await world.work_until_idle()
    assert [name.split()[0] for name in await made(world)] == ["after"] * 3
