"""Test and live never mix, whatever a flow's author wrote and whatever was configured."""

from __future__ import annotations

from typing import Any

import pytest

from orderbridge.automation.publishing import publish
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import worlds
from orderbridge.flows.model import Flow
from support.world import ACT, GHL, MakeWorld, World

KINDS = ("order", "transaction", "fulfilment")


def careless(kind: str) -> Flow:
    """A flow without any filter: its author did not think of test orders."""
    step: JsonObject = {
        "id": "company",
        "action": "act.company.create@1",
        "with": {"name": {"text": f"Careless {kind} {{event.id}}"}},
    }
    return Flow.model_validate(
        {"flow": f"careless-{kind}", "title": "x", "trigger": f"ghl.{kind}.changed@1", "steps": [step]}
    )


async def switch_to(world: World, mode: str) -> None:
    await world.db.pool.execute("UPDATE connections SET mode = $1", mode)
    for connection_id in world.connections.values():
        await world.application.runtime.forget(connection_id)


async def reached_act(world: World) -> set[str]:
    rows = (await world.act_truth("companies"))["companies"]
    return {row["name"].split()[-1] for row in rows if row["name"].startswith("Careless")}


async def ids_in_highlevel(world: World, orders: list[str]) -> set[str]:
    truth = await world.ghl_truth("orders", "transactions", "fulfillments")
    found = set(orders)
    for row in [*truth["transactions"], *truth.get("fulfillments", [])]:
        if (row.get("entityId") or row.get("orderId")) in orders:
            found.add(row["_id"])
    return found


@pytest.mark.parametrize("mode", ["live", "test"])
async def test_a_flow_without_a_filter_carries_only_what_belongs_to_the_world_of_its_connections(
    make_world: MakeWorld, mode: str
) -> None:
    async with make_world(flows=()) as world:
        await switch_to(world, mode)
        for kind in KINDS:
            await publish(world.application.runtime, careless(kind), source=GHL, target=ACT)
        await world.db.pool.execute("UPDATE flows SET enabled = true")
        # Told by webhook: a poll would not even ask for those of the other mode.
        async with world.hooks():
            live = (await world.sell(3, live=True, webhooks=True))["orders"]
            tests = (await world.sell(3, live=False, webhooks=True))["orders"]
        await world.poll()
        await world.work_until_idle()
        wanted, unwanted = (live, tests) if mode == "live" else (tests, live)
        reached = await reached_act(world)
        assert set(wanted) <= reached
        assert not reached & await ids_in_highlevel(world, unwanted)
        said = await world.rows("SELECT DISTINCT reason FROM runs WHERE state = 'nothing'")
        assert any(f"{GHL} is a {mode} connection" in (row["reason"] or "") for row in said), said


async def test_an_event_of_before_the_connection_changed_its_world_is_not_carried_over(
    make_world: MakeWorld,
) -> None:
    """Read and stored as a test connection's, worked on when the connection is live: the record itself counts."""
    async with make_world(flows=()) as world:
        await switch_to(world, "test")
        await publish(world.application.runtime, careless("order"), source=GHL, target=ACT)
        await world.sell(2, live=False)
        await world.poll()
        from orderbridge.engine import brake

        async with world.db.begin() as tx:
            await brake.pause(tx)

        async def stored() -> bool:
            return len(await world.rows("SELECT 1 FROM events WHERE kind = 'order'")) == 2

        await world.work_until(stored)
        marks = await world.rows("SELECT state FROM events WHERE kind = 'order'")
        assert all(row["state"]["wanted_mode"] is True for row in marks)
        await switch_to(world, "live")
        async with world.db.begin() as tx:
            await brake.resume(tx)
        await world.work_until_idle()
        assert await reached_act(world) == set()


@pytest.mark.parametrize(
    ("state", "live"),
    [
        ({"live": True}, True),
        ({"live_mode": False}, False),
        ({"order": {"live": False}}, False),
        ({"live": True, "order": {"live": False}}, True),
        ({"live": "yes"}, None),
        ({}, None),
        ({"order": None}, None),
    ],
)
def test_what_a_record_says_of_its_world(state: Any, live: bool | None) -> None:
    assert worlds.is_live(state) is live
