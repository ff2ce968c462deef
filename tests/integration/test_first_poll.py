"""What was there before a flow listened is carried over by the first poll, quietly and behind everything live."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from orderbridge.automation import repair
from orderbridge.automation.enabling import enable
from orderbridge.automation.repair import Wish
from orderbridge.engine.quiet import HISTORY_PRIORITY, OLDER
from support.world import ACT, GHL, TEMPLATE, MakeWorld, World

TASK = "act.task.create_once@1"


async def tasks(world: World) -> int:
    return len((await world.act_truth("tasks"))["tasks"])


async def carry_over(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def handed_over(world: World, count: int = 1) -> list[str]:
    """Sell orders whose goods were handed over, so that each makes tasks where it is carried over loudly."""
    orders = []
    for _ in range(count):
        (order,) = (await world.sell(1, outcome="paid"))["orders"]
        done = (await world.ghl_truth("fulfilments"))["fulfilments"]
        if not any(row["order_id"] == order for row in done):
            await world.control("ghl", f"orders/{order}/fulfil", {})
        orders.append(order)
    return orders


async def on(world: World) -> None:
    await enable(world.application.runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)


async def left_out(world: World) -> list[dict[str, Any]]:
    return await world.rows(
        "SELECT s.run_id, s.action, s.output ->> 'reason' AS reason, e.record_id FROM steps s"
        " JOIN runs r ON r.id = s.run_id JOIN events e ON e.id = r.event_id WHERE s.state = 'left_out'"
    )


async def test_history_is_carried_over_without_a_task_and_what_is_sold_afterwards_with_one(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        await world.sell(12)
        long_ago = datetime.now(UTC) - timedelta(days=3 * 365)
        await world.raw_order(createdAt=long_ago.isoformat())
        await on(world)
        before = await tasks(world)
        await carry_over(world)
        truth = await world.truth()
        assert truth.agrees, (truth.lost, truth.duplicates)
        assert truth.fulfilments > 0
        assert await tasks(world) == before
        assert {(row["action"], row["reason"]) for row in await left_out(world)} == {(TASK, OLDER)}

        quiet = len(await left_out(world))
        await handed_over(world)
        await carry_over(world)
        assert await tasks(world) > before
        assert len(await left_out(world)) == quiet
        assert (await world.truth()).agrees


async def test_what_was_sold_an_hour_before_the_flow_is_history_too_and_a_replay_of_it_as_quiet(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        await handed_over(world)
        await on(world)
        before = await tasks(world)
        await carry_over(world)
        (step,) = await left_out(world)
        assert await tasks(world) == before
        await repair.replay_run(world.application.runtime, step["run_id"], Wish(by="a test"))
        await world.work_until_idle()
        assert await tasks(world) == before


async def test_a_new_fulfilment_of_an_old_order_is_news_also_where_a_poll_meets_both_first(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        (order,) = (await world.sell(1, outcome="paid"))["orders"]
        fulfilled = [row["id"] for row in (await world.ghl_truth("fulfilments"))["fulfilments"]]
        assert fulfilled == []
        await on(world)
        before = await tasks(world)
        await world.control("ghl", f"orders/{order}/fulfil", {})
        await carry_over(world)
        assert await tasks(world) > before
        assert await left_out(world) == []


async def test_what_nobody_heard_is_as_quiet_when_a_person_has_it_carried_over_later(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        await handed_over(world)
        # The server ran before a template was switched on: the first poll found it, and no flow was there.
        await carry_over(world)
        await on(world)
        before = await tasks(world)
        assert await repair.replay_unheard(world.application.runtime, Wish(by="a test")) > 0
        await world.work_until_idle()
        truth = await world.truth()
        assert truth.agrees, (truth.lost, truth.duplicates)
        assert await tasks(world) == before
        assert [row["reason"] for row in await left_out(world)] == [OLDER]


async def test_history_waits_behind_what_happens_now(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        old = (await world.sell(2))["orders"]
        await on(world)
        new = (await world.sell(2))["orders"]
        await world.poll()
        lanes = await world.rows("SELECT record_id, priority FROM lanes WHERE kind = 'order'")
        assert {row["record_id"]: row["priority"] for row in lanes} == dict.fromkeys(
            old, HISTORY_PRIORITY
        ) | dict.fromkeys(new, 0)
