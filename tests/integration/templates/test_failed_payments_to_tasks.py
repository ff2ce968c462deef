"""Failed payments: one task for the record manager each, cleared with a note when the money came after all."""

from __future__ import annotations

from typing import Any

from support.trouble import both_ways, dead, enable_all, replay_everything, trouble, written
from support.world import TEMPLATE, MakeWorld, World

NAME = "failed-payments-to-tasks"


async def failures(world: World) -> dict[str, dict[str, Any]]:
    found = await written(world, "task", "tasks")
    return {ref.removeprefix("payment-failed:"): row for ref, row in found.items() if "payment-failed" in ref}


async def test_a_failure_is_one_task_of_the_record_manager_until_it_is_paid(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await world.sell(2, outcome="failed")
        await enable_all(world, {TEMPLATE: {}, NAME: {}})
        await trouble(world)
        async with both_ways(world):
            sold = await world.sell(2, outcome="failed", webhooks=True)
            # Paid at once by another card: nobody has to ask.
            quick = await world.sell(1, outcome="failed", webhooks=True)
            await world.control("ghl", f"orders/{quick['orders'][0]}/pay", {})
        assert await dead(world) == []
        made = await failures(world)
        assert sold["transactions"][0] in made
        assert sold["transactions"][1] in made
        assert len([row for row in made.values() if not row["isCleared"]]) == 2
        contacts = {row["id"]: row for row in (await world.act_truth("contacts"))["contacts"]}
        for ref in sold["transactions"]:
            [contact] = made[ref]["contacts"]
            assert made[ref]["scheduledForId"] == contacts[contact["id"]]["recordManagerID"]

        await world.control("ghl", f"orders/{sold['orders'][0]}/pay", {})
        await world.poll()
        await world.work_until_idle()
        made = await failures(world)
        assert made[sold["transactions"][0]]["isCleared"]
        assert not made[sold["transactions"][1]]["isCleared"]
        histories = (await world.act_truth("histories"))["histories"]
        assert [row for row in histories if "succeeded." in str(row["details"])]
        count = len(histories)
        await replay_everything(world)
        assert {ref: row["isCleared"] for ref, row in (await failures(world)).items()} == {
            ref: row["isCleared"] for ref, row in made.items()
        }
        assert len((await world.act_truth("histories"))["histories"]) == count
        assert await dead(world) == []
