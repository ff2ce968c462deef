"""History is carried over once, quietly and behind everything live, however often it is interrupted."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from orderbridge.accounts.pausing import pause, resume
from orderbridge.automation import repair
from orderbridge.automation.enabling import enable
from orderbridge.automation.repair import Wish
from orderbridge.core.errors import SetupError
from orderbridge.engine.quiet import PRIORITY, Quiet
from orderbridge.store import backfills, inbox
from orderbridge.store.inbox import NewDelivery
from orderbridge.sync.backfill import service
from orderbridge.sync.backfill.driver import Driver
from support.backfilling import begin, carry, driving, handed_over, present, see_through
from support.invoices import draft
from support.operations import Operations
from support.patience import PATIENCE_S
from support.world import ACT, GHL, TEMPLATE, MakeWorld, World, until


async def tasks(world: World) -> int:
    return len((await world.act_truth("tasks"))["tasks"])


async def in_both(world: World) -> None:
    """Everything that HighLevel holds is in Act! once, but for the tasks of a quiet backfill."""
    truth = await world.truth()
    assert not truth.duplicates, truth.duplicates
    assert not [item for item in truth.lost if not item.startswith("task")], truth.lost
    assert truth.totals["ghl"] == truth.totals["act"]


async def test_it_carries_everything_over_once_and_makes_no_task(world: World) -> None:
    before = await tasks(world)
    await world.sell(8)
    ended = await carry(world)
    await in_both(world)
    assert await tasks(world) == before
    left_out = await world.rows("SELECT run_id, action, output FROM steps WHERE state = 'left_out'")
    assert {(row["action"], row["output"]["reason"]) for row in left_out} == {
        ("act.task.create_once@1", "left out: backfill is quiet")
    }
    assert ended.counts["delivered"] == 8
    sources = await world.rows("SELECT DISTINCT source, backfill_id FROM events WHERE source <> 'own'")
    assert [(row["source"], row["backfill_id"]) for row in sources] == [("backfill", ended.id)]

    # A replay of such a run is as quiet, whoever asks for it.
    await repair.replay_run(world.application.runtime, left_out[0]["run_id"], Wish(by="a test"))
    await world.work_until_idle()
    assert await tasks(world) == before


async def test_with_tasks_it_makes_them(world: World) -> None:
    await world.sell(8)
    await carry(world, quiet=Quiet(with_tasks=True))
    truth = await world.truth()
    assert truth.agrees, (truth.lost, truth.duplicates)


async def test_an_order_costs_one_call_and_one_more_where_something_was_handed_over(world: World) -> None:
    sold = await world.sell(12)
    before = await calls(world)
    await carry(world)
    made = await calls(world) - before
    subscribed, fulfilled = len(sold["subscriptions"]), len(sold["fulfilments"])
    # The lists of orders, payments and subscriptions, and those of the first two once more at the end.
    lists = 5
    # An order that began a subscription asks for that list and each of its rows.
    assert made <= 12 + fulfilled + 2 * subscribed + lists, made


async def calls(world: World) -> int:
    requests = (await world.ghl_truth("requests"))["requests"]
    return sum(n for label, c in requests.items() if "_twin" not in label for n in c.values())


async def test_what_a_poll_finds_after_it_is_nothing(world: World) -> None:
    await world.sell(6)
    await carry(world)
    events = await world.rows("SELECT id FROM events")
    (result,) = [item for item in await world.poll() if item.connection == GHL]
    assert result.moved == 0
    await world.work_until_idle()
    assert await world.rows("SELECT id FROM events") == events


async def test_a_poll_leaves_to_a_running_backfill_what_it_is_about_to_bring(world: World) -> None:
    await world.sell(3)
    begun = await begin(world)
    late = await world.sell(1)
    await world.poll()
    waiting = await world.rows("SELECT DISTINCT lane FROM inbox")
    assert [row["lane"].rpartition("/")[2] for row in waiting] == late["orders"]
    await see_through(world, begun)
    await world.poll()
    await world.work_until_idle()
    await in_both(world)
    by_way = await world.rows("SELECT record_id, source FROM events WHERE kind = 'order'")
    assert {row["record_id"] for row in by_way if row["source"] == "poll"} == set(late["orders"])
    assert len(by_way) == 4


async def test_orders_that_change_in_the_middle_of_it_are_carried_over_as_they_are_now(world: World) -> None:
    await world.sell(8)
    begun = await begin(world)
    # Nobody works yet: all of them are listed, with their payments, and wait.
    async with driving(world, begun, most_open=0) as task:
        await handed_over(world, begun, 8)
        orders = (await world.ghl_truth("orders"))["orders"]
        moved = 0
        for row in orders:
            for what in ("refund", "fulfil"):
                try:
                    await world.control("ghl", f"orders/{row['id']}/{what}", {})
                    moved += 1
                except AssertionError as error:
                    # Nothing is left to refund or to hand over.
                    if ": 400 " not in str(error):
                        raise
        assert moved >= 4
        sold = await world.sell(2)
        async with world.working():
            await asyncio.wait_for(asyncio.shield(task), PATIENCE_S)
    ended = await present(world, begun)
    assert ended.state == backfills.DONE
    assert ended.counts["moved_meanwhile"] > 0
    seen = await world.rows("SELECT record_id FROM events WHERE kind = 'order' AND source = 'backfill'")
    assert not {row["record_id"] for row in seen} & set(sold["orders"])
    # What was sold meanwhile is no history: the next poll brings it, and is loud about it.
    await world.poll()
    await world.work_until_idle()
    await in_both(world)
    once = await world.rows(
        "SELECT kind, record_id, fingerprint FROM records WHERE revision > 0 GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )
    assert once == []


async def test_a_record_that_a_webhook_and_a_backfill_bring_is_one_event_and_loud(world: World) -> None:
    await world.sell(3)
    begun = await begin(world)
    async with driving(world, begun, most_open=0) as task:
        await handed_over(world, begun, 3)
        async with world.hooks():
            sold = (await world.ghl_truth("orders"))["orders"]
            await world.control(
                "ghl", f"orders/{sold[0]['id']}/edit", {"status": "pending", "webhooks": True}
            )
            await world.webhooks_arrived()
        async with world.working():
            await asyncio.wait_for(asyncio.shield(task), PATIENCE_S)
    rows = await world.rows("SELECT record_id, source FROM events WHERE kind = 'order'")
    assert len(rows) == 3
    by_source = {row["record_id"]: row["source"] for row in rows}
    assert by_source[sold[0]["id"]] in ("webhook", "poll")
    await in_both(world)


async def test_a_live_order_does_not_wait_for_a_large_backfill(make_world: MakeWorld) -> None:
    at_once = 16
    async with make_world(worker_concurrency=at_once) as world:
        await world.sell(40)
        begun = await begin(world)
        async with driving(world, begun):
            await handed_over(world, begun, 40)
            sold = await world.sell(1)
            await world.poll()

            async def carried_over() -> bool:
                found = await world.rows(
                    "SELECT 1 FROM runs JOIN events ON events.id = event_id"
                    " WHERE record_id = $1 AND runs.state = 'done' AND source = 'poll'",
                    sold["orders"][0],
                )
                return bool(found)

            await world.work_until(carried_over)
            before_it = await world.rows(
                """
                WITH started AS (
                    SELECT record_id, source, r.started_at FROM runs r JOIN events e ON e.id = event_id
                    WHERE kind = 'order')
                SELECT record_id FROM started
                WHERE source = 'backfill' AND started_at < (SELECT started_at FROM started WHERE source = 'poll')
                """
            )
    # What is worked on at the same time may be ahead of it; the other two dozen are not.
    assert len(before_it) < at_once


async def test_a_lane_that_waits_for_a_backfill_goes_to_the_front_when_something_live_comes(
    world: World,
) -> None:
    def delivery(name: str, priority: int) -> NewDelivery:
        return NewDelivery(
            connection_id=world.connections[GHL], delivery_id=name, source="poll", type="order_seen", kind="order",
            record_id="x", lane_kind="order", lane_record_id="x", body=None, priority=priority,
        )  # fmt: skip

    async with world.db.begin() as tx:
        await inbox.store(tx, [delivery("history", PRIORITY)])
        live = await inbox.store(tx, [delivery("live", 0)])
        again = await inbox.store(tx, [delivery("more history", PRIORITY)])
    assert [priority for _, priority in live.woken] == [0]
    assert again.woken == ()


async def test_what_came_in_before_a_flow_listened_is_taken_up_quietly(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await world.sell(5)
        await world.poll()
        await world.work_until_idle()
        await enable(world.application.runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)
        before = await tasks(world)
        ended = await carry(world)
        assert ended.counts["taken_up"] >= 5
        assert ended.counts.get("delivered", 0) == 0
        await in_both(world)
        assert await tasks(world) == before


async def test_an_order_that_the_list_leaves_out_is_found_by_its_payment(world: World) -> None:
    sold = await world.sell(3)
    await world.faults("ghl", orders_missing_from_list=sold["orders"][:1])
    ended = await carry(world, kinds=("orders", "transactions"))
    assert ended.counts["listed"] == 2
    await in_both(world)


async def test_days_choose_by_creation(make_world: MakeWorld) -> None:
    async with make_world(seeded=True) as world:
        day = (datetime.now(UTC) - timedelta(days=3)).date()
        location = world.sandbox.ghl.location_id
        orders = [row for row in world.sandbox.ghl.orders if row["altId"] == location and row["liveMode"]]
        late = [row for row in orders if row["createdAt"][:10] >= day.isoformat()]
        assert 0 < len(late) < len(orders)
        ended = await carry(world, kinds=("orders",), since=day)
        assert ended.counts["listed"] == ended.counts["delivered"] == len(late)
        accepted = await world.rows("SELECT record_id FROM records WHERE kind = 'order'")
        assert {row["record_id"] for row in accepted} == {row["_id"] for row in late}


async def test_ids_choose_records_and_each_that_is_unknown_is_named(world: World) -> None:
    sold = await world.sell(3)
    unknown = "0" * 24
    ended = await carry(world, kinds=("orders",), ids=(*sold["orders"][:2], unknown))
    accepted = await world.rows("SELECT record_id FROM records WHERE kind = 'order'")
    assert {row["record_id"] for row in accepted} == set(sold["orders"][:2])
    async with world.db.read() as tx:
        shown = await service.shown_whole(tx, ended)
    assert [row["record_id"] for row in shown["not_read"]] == [unknown]
    assert not await world.rows("SELECT 1 FROM inbox WHERE outcome = 'dead'")


async def test_a_paused_connection_lets_it_wait_and_says_why(world: World) -> None:
    await world.sell(2)
    begun = await begin(world)
    async with world.db.begin() as tx:
        await pause(tx, GHL)
    # A history of two orders is carried over before that, otherwise.
    await until(lambda: world.pause_is_met(GHL))
    async with world.working(), driving(world, begun) as task:

        async def says_why() -> bool:
            return "is paused" in ((await present(world, begun)).reason or "")

        await until(says_why)
        async with world.db.begin() as tx:
            await resume(tx, GHL)
        await asyncio.wait_for(asyncio.shield(task), PATIENCE_S)
    assert (await present(world, begun)).state == backfills.DONE
    await in_both(world)


async def test_a_broken_token_lets_it_wait_and_says_why(world: World) -> None:
    await world.sell(1)
    begun = await begin(world)
    await world.faults("ghl", unauthorized_401=True)
    async with driving(world, begun):

        async def says_why() -> bool:
            return "HighLevel" in ((await present(world, begun)).reason or "")

        await until(says_why)
    await world.faults("ghl", unauthorized_401=False)
    assert (await present(world, begun)).state == backfills.RUNNING


async def test_a_spent_daily_budget_lets_it_wait_and_says_why(world: World) -> None:
    await world.sell(1)
    await world.faults("ghl", rate_daily=1)
    begun = await begin(world)
    async with driving(world, begun):

        async def says_why() -> bool:
            return "per day are used up" in ((await present(world, begun)).reason or "")

        await until(says_why)


async def test_one_that_is_paused_does_not_go_on_until_it_is_resumed(world: World) -> None:
    await world.sell(4)
    begun = await begin(world)
    runtime = world.application.runtime
    await service.stop(runtime, begun.id, state=backfills.PAUSED, by="a test")
    assert await Driver(runtime, begun.id).run() is False
    assert await world.rows("SELECT 1 FROM inbox") == []
    await service.resume(runtime, begun.id)
    assert (await see_through(world, begun)).state == backfills.DONE
    await in_both(world)
    with pytest.raises(SetupError, match="has ended already: it is done"):
        await service.stop(runtime, begun.id, state=backfills.CANCELLED, by="a test")
    with pytest.raises(SetupError, match="only one that is planned or paused can go on"):
        await service.resume(runtime, begun.id)


async def test_two_processes_do_not_drive_the_same_one_and_the_same_selection_is_refused(
    world: World,
) -> None:
    await world.sell(2)
    begun = await begin(world)
    async with driving(world, begun, most_open=0):
        await handed_over(world, begun, 2)
        assert await Driver(world.application.runtime, begun.id).run() is False
        with pytest.raises(SetupError, match="a backfill of the same selection is under way"):
            await begin(world)


async def test_a_page_that_was_read_when_it_was_paused_is_not_kept(world: World) -> None:
    await world.sell(2)
    begun = await begin(world)
    runtime = world.application.runtime
    driver = Driver(runtime, begun.id)
    async with world.db.begin() as tx:
        assert await backfills.drive(tx, begun.id, driver=driver.owner, lease_s=10)
    await service.stop(runtime, begun.id, state=backfills.PAUSED, by="a test")
    with pytest.raises(backfills.NotDrivingError):
        async with world.db.begin() as tx:
            await backfills.save(tx, begun.id, driver=driver.owner, position={"phase": 9}, counts={})
    assert (await present(world, begun)).position == {}


async def test_contacts_are_carried_over_and_what_no_flow_listens_to_is_refused(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=("contacts-two-way",)) as world:
        people = (await world.ghl_truth("contacts"))["contacts"]
        ours = [row for row in people if row["locationId"] == world.sandbox.ghl.location_id]
        ended = await carry(world, kinds=("contacts",))
        assert ended.counts["delivered"] == len(ours)
        events = await world.rows(
            "SELECT DISTINCT record_id FROM events WHERE kind = 'contact' AND source = 'backfill'"
        )
        assert {row["record_id"] for row in events} == {row["id"] for row in ours}
        with pytest.raises(SetupError, match="no flow that is switched on listens to products"):
            await begin(world, kinds=("products",))


async def carried_over(world: World, kind: str) -> list[str]:
    """The records of a kind for which a flow has run, quietly, one for each run."""
    rows = await world.rows(
        "SELECT record_id FROM runs JOIN events ON events.id = event_id"
        " WHERE kind = $1 AND source = 'backfill' AND runs.state = 'done' ORDER BY record_id",
        kind,
    )
    return [row["record_id"] for row in rows]


async def test_invoices_and_products_are_carried_over_once_where_flows_listen(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        ops = Operations(world)
        invoices = sorted([await draft(ops) for _ in range(3)])
        location = world.sandbox.ghl.location_id
        products = sorted(row["_id"] for row in world.sandbox.ghl.products if row["locationId"] == location)
        assert products
        for trigger in ("ghl.invoice.created", "ghl.product.created"):
            await ops.enable(trigger, {})
        ended = await carry(world, kinds=("invoices", "products"))
        assert ended.counts["delivered"] == len(invoices) + len(products)
        assert await carried_over(world, "invoice") == invoices
        assert await carried_over(world, "product") == products
        # Neither a second one nor a poll finds anything in them again.
        again = await carry(world, kinds=("invoices", "products"))
        assert again.counts.get("delivered", 0) == 0
        await world.poll()
        await world.work_until_idle()
        assert len(await world.rows("SELECT 1 FROM runs")) == len(invoices) + len(products)


async def test_invoices_and_products_can_be_chosen_by_their_ids(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        ops = Operations(world)
        invoices = [await draft(ops) for _ in range(3)]
        await ops.enable("ghl.invoice.created", {})
        ended = await carry(world, kinds=("invoices",), ids=(invoices[1],))
        assert ended.counts["delivered"] == 1
        assert await carried_over(world, "invoice") == [invoices[1]]
