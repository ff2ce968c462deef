"""Fulfilments to tasks, and cleared tasks to fulfilments: both on, and neither starts the other."""

from __future__ import annotations

from typing import Any

from support.trouble import both_ways, dead, enable_all, replay_everything, trouble, written
from support.world import TEMPLATE, MakeWorld, World

THERE, BACK = "fulfilments-to-tasks", "tasks-to-fulfilments"
STEPS = [
    {"key": "1", "name": "Check that the parcel arrived", "due_days": 5},
    {"key": "review", "name": "Ask for a review", "due_days": 14},
]


async def look(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def fulfilments(world: World, order_id: str) -> list[dict[str, Any]]:
    rows = (await world.ghl_truth("fulfilments"))["fulfilments"]
    return [row for row in rows if row["order_id"] == order_id]


async def clear(world: World, task_id: str, *, cleared: bool = True) -> None:
    await world.control("act", "edit", {"entity": "tasks", "id": task_id, "fields": {"isCleared": cleared}})
    await look(world)
    await look(world)


async def tasks(world: World) -> dict[str, dict[str, Any]]:
    return await written(world, "task", "tasks")


async def test_a_fulfilment_is_tasks_and_a_line_with_its_tracking(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await enable_all(world, {TEMPLATE: {"fulfilment_steps": []}, THERE: {"steps": STEPS}})
        await trouble(world)
        async with both_ways(world):
            [order_id] = (await world.sell(1, outcome="paid", webhooks=True))["orders"]
            tracking = {"trackingNumber": "1Z42", "shippingCarrier": "UPS"}
            await world.control("ghl", f"orders/{order_id}/fulfil", {"trackings": [tracking]})
        [made] = await fulfilments(world, order_id)
        assert set(await tasks(world)) == {f"{made['id']}:1", f"{made['id']}:review"}
        [line] = (await written(world, "log")).values()
        assert "carrier: UPS" in line["details"]
        assert "trackingNumber: 1Z42" in line["details"]
        assert await dead(world) == []


async def test_a_cleared_task_fulfils_the_rest_once_and_comes_back_as_nothing_new(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        await world.sell(2, outcome="paid")
        await enable_all(world, {TEMPLATE: {}, THERE: {"steps": STEPS}, BACK: {}})
        await trouble(world)
        await world.faults(
            "ghl",
            drop_after_write={
                "count": 1,
                "value": True,
                "match": "POST /payments/orders/{orderId}/fulfillments",
            },
        )
        async with both_ways(world):
            [order_id] = (await world.sell(1, outcome="paid", webhooks=True))["orders"]
        # What was paid before is known and gets no task.
        [(reference, task)] = (await tasks(world)).items()
        assert reference == f"fulfil:{order_id}"

        await clear(world, task["id"])
        [made] = await fulfilments(world, order_id)
        # Nobody asked for a mail to the customer.
        assert (await world.ghl_truth("messages"))["messages"] == []
        assert set(await tasks(world)) == {reference}
        assert made["id"] in await written(world, "fulfilment")
        # Twice, and back and forth: nothing is left to hand over.
        await clear(world, task["id"], cleared=False)
        await clear(world, task["id"])
        assert len(await fulfilments(world, order_id)) == 1
        await replay_everything(world)
        assert len(await fulfilments(world, order_id)) == 1
        assert set(await tasks(world)) == {reference}
        assert await dead(world) == []


async def test_only_the_task_that_was_made_for_a_paid_order_counts(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await enable_all(world, {TEMPLATE: {}, BACK: {}})
        [refunded, foreign, cancelled] = (await world.sell(3, outcome="paid", currency="USD"))["orders"]
        await look(world)
        made = {ref.removeprefix("fulfil:"): row for ref, row in (await tasks(world)).items()}
        assert set(made) == {refunded, foreign, cancelled}

        # A copy of the task with our line in it, as Act!'s own duplicating makes.
        own = made[foreign]
        copy = await world.control(
            "act",
            "edit",
            {"entity": "tasks", "fields": {
                "subject": own["subject"], "details": own["details"], "startTime": own["startTime"],
                "contacts": own["contacts"],
            }},
        )  # fmt: skip
        await world.control(
            "act", "edit", {"entity": "tasks", "id": copy["id"], "fields": {"isCleared": True}}
        )
        # Refunded a moment before somebody clears the task, so that nobody could take it away.
        await world.control("ghl", f"orders/{refunded}/refund", {})
        await world.control(
            "act", "edit", {"entity": "tasks", "id": made[refunded]["id"], "fields": {"isCleared": True}}
        )
        await look(world)
        await look(world)
        assert (await world.ghl_truth("fulfilments"))["fulfilments"] == []
        [letter] = await dead(world)
        assert "is refunded; nothing was fulfilled" in letter["reason"]

        # Cancelled: the task is cleared for people, with a note, and that fulfils nothing.
        await world.control("ghl", f"orders/{cancelled}/edit", {"status": "cancelled", "webhooks": False})
        await look(world)
        await look(world)
        rows = (await world.act_truth("tasks"))["tasks"]
        assert {row["id"]: row["isCleared"] for row in rows}[made[cancelled]["id"]]
        assert (await world.ghl_truth("fulfilments"))["fulfilments"] == []
        assert len(await dead(world)) == 1
