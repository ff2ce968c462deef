"""Subscriptions to Act!: one record with the derived date, one open task before it, from beginning to end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from orderbridge.cli.demo.truth import compare
from orderbridge.core.clock import SystemClock
from support.trouble import both_ways, dead, enable_all, replay_everything, trouble, written
from support.world import TEMPLATE, MakeWorld, World

NAME = "subscriptions-to-act"


class LaterClock(SystemClock):
    """The machine's time, some days later where the test says so."""

    later = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.later


async def tasks(world: World) -> list[dict[str, Any]]:
    rows = (await world.act_truth("tasks"))["tasks"]
    return [row for row in rows if "next-billing" in str(row.get("details"))]


async def look(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def test_a_subscription_from_its_first_charge_to_its_end(make_world: MakeWorld) -> None:
    clock = LaterClock()
    async with make_world(flows=(), clock=clock) as world:
        await enable_all(world, {TEMPLATE: {}, NAME: {"days_before": 2}})
        await trouble(world)
        async with both_ways(world):
            sold = await world.sell(1, outcome="subscribed", webhooks=True)
        [subscription_id] = sold["subscriptions"]
        record = (await written(world, "subscription"))[subscription_id]
        assert {"plan", "customer", "next", "status"} <= record["facts"].keys()
        first = datetime.fromisoformat(record["facts"]["next"]).replace(tzinfo=UTC)
        assert "derived" in record["details"]
        [task] = await tasks(world)
        assert str(task["startTime"])[:10] == f"{max(first - timedelta(days=2), clock.now()):%Y-%m-%d}"
        assert "derived" in task["subject"]

        # The next charge: the date moves, and the same task with it.
        clock.later = first - datetime.now(UTC) + timedelta(days=1)
        await world.control("ghl", f"subscriptions/{subscription_id}/renew", {})
        await look(world)
        record = (await written(world, "subscription"))[subscription_id]
        second = datetime.fromisoformat(record["facts"]["next"]).replace(tzinfo=UTC)
        assert second > first
        [moved] = await tasks(world)
        assert moved["id"][:36] == task["id"][:36]
        assert str(moved["startTime"])[:10] == f"{max(second - timedelta(days=2), clock.now()):%Y-%m-%d}"

        # A person is done with it; the charge after that needs a new one.
        await world.control(
            "act", "edit", {"entity": "tasks", "id": moved["id"], "fields": {"isCleared": True}}
        )
        clock.later += second - first
        await world.control("ghl", f"subscriptions/{subscription_id}/renew", {"status": "failed"})
        await look(world)
        assert (await written(world, "subscription"))[subscription_id]["facts"]["status"] == "unpaid"
        now = await tasks(world)
        assert [row["isCleared"] for row in now].count(False) == 1
        assert len(now) == 2
        assert len([ref for ref in await written(world, "log") if ref.startswith("subscription-charge")]) == 2

        await world.control("ghl", f"subscriptions/{subscription_id}/cancel", {})
        await look(world)
        record = (await written(world, "subscription"))[subscription_id]
        assert record["facts"]["status"] == "canceled"
        assert "next" not in record["facts"]
        assert all(row["isCleared"] for row in await tasks(world))
        histories = (await world.act_truth("histories"))["histories"]
        assert [row for row in histories if "is canceled; no next billing is expected" in str(row["details"])]
        assert await dead(world) == []
        before = len((await world.act_truth("histories"))["histories"])
        await replay_everything(world)
        assert len(await tasks(world)) == 2
        assert len((await world.act_truth("histories"))["histories"]) == before
        assert compare(await world.ghl_truth(), await world.act_truth()).agrees
