"""Orders into Act!, as their owner wants them: names, stages, tasks, and currencies that are left out."""

from __future__ import annotations

from support.trouble import both_ways, dead, enable_all, trouble, written
from support.world import TEMPLATE, MakeWorld

STATES = ("paid", "partially_refunded", "refunded", "cancelled", "partially_paid", "unpaid")
SETTINGS = {
    "opportunity_name": "{event.contact.last_name}: {event.amount} {event.currency}",
    "stages": dict.fromkeys(STATES, "Lead"),
    "statuses": dict.fromkeys(STATES, "Inactive"),
    "currencies": ["USD"],
    "fulfilment_steps": [{"name": "Ring them", "due_days": 1}, {"name": "Ask again", "due_days": 9}],
}


async def test_the_owners_settings_decide_under_trouble_too(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await enable_all(world, {TEMPLATE: SETTINGS})
        await trouble(world)
        async with both_ways(world):
            [kept] = (await world.sell(1, outcome="paid", currency="USD", webhooks=True))["orders"]
            await world.sell(1, outcome="paid", currency="EUR", webhooks=True)
            await world.control("ghl", f"orders/{kept}/fulfil", {})
        assert await dead(world) == []
        act, ghl = await world.act_truth(), await world.ghl_truth()
        [row] = [row for row in act["opportunities"] if row["source"] == "HighLevel"]
        assert row["sourceId"] == kept
        assert row["name"].endswith(" USD")
        assert (row["stage"]["name"], row["statusName"]) == ("Lead", "Inactive")
        [fulfilment] = ghl["fulfilments"]
        tasks = await written(world, "task")
        assert {ref: task["subject"] for ref, task in tasks.items()} == {
            f"{fulfilment['id']}:1": "Ring them",
            f"{fulfilment['id']}:2": "Ask again",
        }
        # What was left out says so.
        reasons = {
            item["reason"] for item in await world.rows("SELECT reason FROM runs WHERE state = 'nothing'")
        }
        assert "the order is in EUR, which this template leaves out" in reasons
        assert "the order of the payment is in EUR, which this template leaves out" in reasons
