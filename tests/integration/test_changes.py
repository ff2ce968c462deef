"""What makes an event, what does not, and what happens to it when something is in the way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from orderbridge.engine import brake
from orderbridge.store import lanes
from support.effects import count
from support.world import ACT, World


async def edit(world: World, order_id: str, *, webhooks: bool = False, **changes: Any) -> None:
    await world.control("ghl", f"orders/{order_id}/edit", {"webhooks": webhooks} | changes)


async def order_events(world: World, order_id: str) -> list[dict[str, Any]]:
    return await world.rows(
        "SELECT revision, source, outcome, state FROM events WHERE kind = 'order' AND record_id = $1 ORDER BY seq",
        order_id,
    )


async def status_in_act(world: World, order_id: str) -> str:
    rows = (await world.act_truth("opportunities"))["opportunities"]
    [status] = [row["statusName"] for row in rows if row["sourceId"] == order_id]
    return str(status)


async def test_there_and_back_again_is_three_states_and_ends_where_it_began(world: World) -> None:
    [order_id] = (await world.sell(1))["orders"]
    [first] = [row["status"] for row in (await world.ghl_truth("orders"))["orders"]]
    shown = []
    for status in (first, "cancelled", first):
        await edit(world, order_id, status=status)
        await world.poll()
        await world.work_until_idle()
        shown.append(await status_in_act(world, order_id))
    assert shown[0] == shown[2] != shown[1] == "Lost"
    assert [row["revision"] for row in await order_events(world, order_id)] == [1, 2, 3]
    receipts = await world.rows("SELECT verdict FROM receipts WHERE kind = 'opportunity'")
    assert [row["verdict"] for row in receipts] == ["confirmed"] * 3
    assert (await count(world)).duplicates == []


async def test_a_webhook_and_a_poll_of_the_same_change_are_one_event(world: World) -> None:
    async with world.hooks():
        [order_id] = (await world.sell(1, webhooks=True))["orders"]
    await world.poll()
    await world.work_until_idle()
    await world.poll()
    await world.work_until_idle()
    assert len(await order_events(world, order_id)) == 1
    assert {row["outcome"] for row in await world.rows("SELECT outcome FROM inbox")} <= {"done", "nothing"}


async def test_a_poll_first_and_the_webhook_after_it_carry_the_order_over_once(world: World) -> None:
    [order_id] = (await world.sell(1))["orders"]
    await world.poll()
    await world.work_until_idle()
    [before] = await order_events(world, order_id)
    async with world.hooks():
        await edit(world, order_id, webhooks=True, status="cancelled")
    await world.work_until_idle()
    events = await order_events(world, order_id)
    assert [row["revision"] for row in events] == [1, 2]
    assert before["source"] == "poll"
    effects = await count(world)
    assert (effects.lost, effects.duplicates, effects.wrong) == ([], [], [])


async def test_a_webhook_that_comes_three_times_is_one_delivery(world: World) -> None:
    await world.faults("ghl", webhook_duplicate=2)
    async with world.hooks():
        await world.sell(2, webhooks=True)
    counts = (await world.ghl_truth("webhooks"))["webhooks"]
    kept = await world.rows("SELECT delivery_id FROM inbox")
    assert counts["delivered"] == 3 * len(kept)
    await world.work_until_idle()
    assert (await count(world)).duplicates == []


async def test_a_status_update_before_its_order_was_created_writes_nothing_older_over_newer(
    world: World,
) -> None:
    await world.faults("ghl", webhook_reorder=True)
    async with world.hooks():
        sold = await world.sell(6, webhooks=True)
    await world.work_until_idle()
    arrived = await world.rows(
        "SELECT array_agg(type ORDER BY id) AS types FROM inbox WHERE kind = 'order' GROUP BY record_id"
    )
    assert ["OrderStatusUpdate", "OrderCreate"] in [row["types"] for row in arrived]
    for order_id in sold["orders"]:
        states = [row["state"]["status"] for row in await order_events(world, order_id)]
        assert len(states) == len(set(states))
    await world.poll()
    await world.work_until_idle()
    effects = await count(world)
    assert (effects.lost, effects.duplicates, effects.wrong) == ([], [], [])
    assert effects.truth.totals["ghl"] == effects.truth.totals["act"]


async def test_a_record_that_cannot_be_written_now_is_tried_again_and_keeps_its_order(world: World) -> None:
    [order_id] = (await world.sell(1))["orders"]
    await world.faults("act", error_500_before={"count": 12, "match": "POST /api/opportunities"})
    await world.poll()

    async def postponed() -> bool:
        return bool(await world.rows("SELECT 1 FROM lanes WHERE attempts > 0"))

    await world.work_until(postponed)
    await edit(world, order_id, status="cancelled")
    await world.poll()
    await world.work_until_idle()
    events = await order_events(world, order_id)
    assert [(row["revision"], row["outcome"]) for row in events] == [(1, "done"), (2, "done")]
    assert await status_in_act(world, order_id) == "Lost"
    effects = await count(world)
    assert (effects.lost, effects.duplicates, effects.wrong, effects.dead) == ([], [], [], [])


async def test_a_lane_whose_turn_has_not_come_is_left_alone(world: World) -> None:
    await world.sell(1)
    await world.poll()
    [row] = await world.rows("SELECT key FROM lanes WHERE queued")
    async with world.db.begin() as tx:
        lane = await lanes.take(tx, row["key"], owner="w", lease_s=5)
        assert lane is not None
        await lanes.postpone(tx, lane, delay_s=60, reason="later")
    async with world.db.begin() as tx:
        assert await lanes.take(tx, row["key"], owner="w", lease_s=5) is None
        assert await lanes.stranded(tx, grace_s=0) == []


async def test_what_depends_on_a_held_order_follows_by_itself_once_the_order_is_replayed(
    world: World,
) -> None:
    sold = await world.sell(4)
    # The customer is one that nobody could tell apart: the order is held, and what belongs to it with it.
    truth = await world.ghl_truth("contacts", "orders")
    by_id = {row["id"]: row for row in truth["contacts"]}
    mails = {by_id[row["contact_id"]]["email"] for row in truth["orders"] if row["contact_id"] in by_id}
    clones = []
    for mail in sorted(filter(None, mails)):
        for name in ("One", "Two"):
            row = {"firstName": name, "lastName": "Twin", "emailAddress": mail}
            clones.append(await make_contact(world, row))
    await world.poll()
    await world.work_until_idle()
    causes = {row["cause"] for row in await world.rows("SELECT cause FROM runs WHERE state = 'dead'")}
    assert "contact.several_matches" in causes
    assert "order.not_carried_over" in causes
    client = await world.application.runtime.act(world.connections[ACT])
    for contact_id in clones:
        await client.http.call("DELETE", f"/api/contacts/{contact_id}")
    assert await world.replay("contact.several_matches")
    await world.work_until_idle()
    assert await world.rows("SELECT cause FROM runs WHERE state = 'dead'") == []
    effects = await count(world)
    assert effects.truth.orders == len(sold["orders"])
    assert (effects.lost, effects.duplicates, effects.wrong) == ([], [], [])


async def make_contact(world: World, body: dict[str, Any]) -> str:
    client = await world.application.runtime.act(world.connections[ACT])
    answer = await client.http.call("POST", "/api/contacts", body=body)
    assert isinstance(answer.body, dict)
    return str(answer.body["id"])


async def test_two_workers_share_the_work_and_double_nothing(world: World) -> None:
    await world.sell(25)
    async with world.working(), world.working():
        await asyncio.gather(world.poll(), world.poll())
        await world.idle()
    effects = await count(world)
    assert (effects.lost, effects.duplicates, effects.wrong, effects.dead) == ([], [], [], [])


async def test_writes_that_are_paused_wait_and_go_on_afterwards(world: World) -> None:
    await world.sell(2)
    async with world.db.begin() as tx:
        await brake.pause(tx)
    await world.poll()

    async def postponed() -> bool:
        rows = await world.rows("SELECT reason FROM lanes WHERE retry_at IS NOT NULL")
        return len(rows) == 2 and all("paused" in row["reason"] for row in rows)

    await world.work_until(postponed)
    before = await world.act_truth("opportunities")
    assert not [row for row in before["opportunities"] if row["source"] == "HighLevel"]
    async with world.db.begin() as tx:
        await brake.resume(tx)
    await world.work_until_idle()
    assert (await count(world)).lost == []


@pytest.mark.parametrize("accident", ["error_500_after_write", "error_500_before", "throttle_429"])
async def test_a_failure_of_the_server_inside_a_batch_is_no_refusal(world: World, accident: str) -> None:
    await world.faults("act", **{accident: {"count": 2, "match": "POST /api/opportunities/*/products"}})
    await world.sell(3)
    await world.poll()
    await world.work_until_idle()
    effects = await count(world)
    assert (effects.lost, effects.duplicates, effects.wrong, effects.dead) == ([], [], [], [])
    assert effects.truth.totals["ghl"] == effects.truth.totals["act"]
