"""Lanes: strict order within one record, one holder at a time, and nothing left behind."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest

from orderbridge.engine.inbox import accept_all
from orderbridge.engine.worker import LaneWorker
from orderbridge.store import inbox, lanes
from orderbridge.store.inbox import NewDelivery
from orderbridge.store.lanes import LaneLostError
from support.patience import PATIENCE_S
from support.world import GHL, World, until

LEASE_S = 30.0


def delivery(number: int, *, lane: str = "o1", connection: str = "c") -> NewDelivery:
    return NewDelivery(
        connection_id=connection,
        delivery_id=f"d{number}",
        source="webhook",
        type="OrderCreate",
        kind="order",
        record_id=lane,
        lane_kind="order",
        lane_record_id=lane,
        body=b"{}",
    )


async def arrive(world: World, *deliveries: NewDelivery) -> Any:
    async with world.db.begin() as tx:
        return await inbox.store(tx, deliveries)


async def take(world: World, key: str, *, owner: str = "w", lease_s: float = LEASE_S) -> lanes.Lane | None:
    async with world.db.begin() as tx:
        return await lanes.take(tx, key, owner=owner, lease_s=lease_s)


async def settle_all(world: World) -> None:
    await world.db.pool.execute("UPDATE inbox SET outcome = 'done', settled_at = now()")


async def test_an_event_that_arrives_before_the_close_keeps_the_lane_open(world: World) -> None:
    await arrive(world, delivery(1))
    lane = await take(world, "c/order/o1")
    assert lane is not None
    await settle_all(world)
    arriving = await world.db.pool.acquire()
    transaction = arriving.transaction()
    await transaction.start()
    stored = await inbox.store(arriving, [delivery(2)])
    assert stored.woken == ()  # the lane is held: whoever holds it will look again

    async def close() -> bool:
        async with world.db.begin() as tx:
            return await lanes.close(tx, lane)

    closing = asyncio.create_task(close())
    done, _ = await asyncio.wait({closing}, timeout=0.2)
    assert not done, "closing did not wait for the one who is just arriving"
    await transaction.commit()
    await world.db.pool.release(arriving)
    assert await closing is False
    async with world.db.read() as tx:
        assert [item.source for item in await inbox.pending(tx, "c/order/o1")] == ["webhook"]


async def test_an_event_that_arrives_after_the_close_opens_the_lane_anew(world: World) -> None:
    await arrive(world, delivery(1))
    lane = await take(world, "c/order/o1")
    assert lane is not None
    await settle_all(world)
    closing = await world.db.pool.acquire()
    transaction = closing.transaction()
    await transaction.start()
    assert await lanes.close(closing, lane) is True
    arriving = asyncio.create_task(arrive(world, delivery(2)))
    done, _ = await asyncio.wait({arriving}, timeout=0.2)
    assert not done, "arriving did not wait for the one who is just closing"
    await transaction.commit()
    await world.db.pool.release(closing)
    stored = await arriving
    assert [key for key, _ in stored.woken] == ["c/order/o1"]
    assert await take(world, "c/order/o1") is not None


async def test_many_that_arrive_while_a_holder_opens_and_closes_are_all_seen(world: World) -> None:
    seen: list[int] = []

    async def work(owner: str) -> None:
        while len(seen) < 60:
            lane = await take(world, "c/order/o1", owner=owner)
            if lane is None:
                await asyncio.sleep(0.001)
                continue
            while True:
                async with world.db.begin() as tx:
                    waiting = await inbox.pending(tx, lane.key)
                    await inbox.settle(tx, [item.id for item in waiting], outcome="done", reason=None)
                seen.extend(item.id for item in waiting)
                async with world.db.begin() as tx:
                    if await lanes.close(tx, lane):
                        break

    async def send(start: int) -> None:
        for number in range(start, start + 20):
            await arrive(world, delivery(number))
            await asyncio.sleep(0)

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(work("a"), work("b"), send(0), send(100), send(200))
    assert len(seen) == len(set(seen)) == 60
    names = {
        row["id"]: int(row["delivery_id"][1:])
        for row in await world.rows("SELECT id, delivery_id FROM inbox")
    }
    for start in (0, 100, 200):
        # What one sender sent one after the other is handled in that order.
        assert [n for n in map(names.__getitem__, seen) if start <= n < start + 20] == [
            *range(start, start + 20)
        ]


async def test_two_workers_never_hold_the_same_lane(world: World) -> None:
    await arrive(world, delivery(1))
    holders = await asyncio.gather(*(take(world, "c/order/o1", owner=str(n)) for n in range(8)))
    assert len([lane for lane in holders if lane is not None]) == 1


async def test_an_old_holder_can_neither_write_nor_close_nor_renew(world: World) -> None:
    from orderbridge.store import writes

    await arrive(world, delivery(1))
    old = await take(world, "c/order/o1", owner="old", lease_s=0.05)
    assert old is not None
    await asyncio.sleep(0.1)
    new = await take(world, "c/order/o1", owner="new")
    assert new is not None
    assert new.fence > old.fence
    async with world.db.begin() as tx:
        assert await lanes.renew(tx, [old, new], lease_s=LEASE_S) == {new.key}
    what: dict[str, Any] = {"intent_id": "i", "run_id": "r", "connection_id": "c", "kind": "payment"}
    for call in (
        lambda tx: writes.prepare(tx, old, reference="t", wanted={}, **what),
        lambda tx: lanes.close(tx, old),
        lambda tx: lanes.assert_held(tx, old),
    ):
        with pytest.raises(LaneLostError):
            async with world.db.begin() as tx:
                await call(tx)
    async with world.db.begin() as tx:
        assert await writes.prepare(tx, new, reference="t", wanted={}, **what) == (1, None)
        # Giving back what is no longer ours changes nothing for the one who has it.
        await lanes.postpone(tx, old, delay_s=60, reason="late")
        await lanes.assert_held(tx, new)


async def test_a_lease_that_ran_out_is_lost_even_when_nobody_else_came(world: World) -> None:
    await arrive(world, delivery(1))
    lane = await take(world, "c/order/o1", lease_s=0.05)
    assert lane is not None
    await asyncio.sleep(0.1)
    with pytest.raises(LaneLostError):
        async with world.db.begin() as tx:
            await lanes.assert_held(tx, lane)


async def test_the_sweep_finds_a_lane_that_a_crash_left_behind_and_a_lane_nobody_was_told_of(
    world: World,
) -> None:
    await arrive(world, delivery(1, lane="silent"), delivery(2, lane="crashed"), delivery(3, lane="held"))
    assert await take(world, "c/order/crashed", lease_s=0.05)
    assert await take(world, "c/order/held")
    await asyncio.sleep(0.1)
    async with world.db.begin() as tx:
        assert await lanes.stranded(tx, grace_s=600) == []
    async with world.db.begin() as tx:
        found = {key for key, _ in await lanes.stranded(tx, grace_s=0)}
    assert found == {"c/order/silent", "c/order/crashed"}
    async with world.db.begin() as tx:
        assert await lanes.stranded(tx, grace_s=600) == []  # found once, not with every round


async def test_work_that_was_never_announced_is_done_all_the_same(world: World) -> None:
    [order_id] = (await world.sell(1))["orders"]
    connection = world.connections[GHL]
    # The row is there, the wake-up is not: as if the queue had lost it.
    await arrive(world, delivery(1, lane=order_id, connection=connection))
    await world.work_until_idle()
    assert (await world.truth()).orders == 1
    assert (await world.truth()).lost == []


async def test_a_worker_that_cannot_reach_the_database_for_a_moment_goes_on_renewing(world: World) -> None:
    worker = LaneWorker(world.application.runtime, owner="w", rng=world.application.runtime.rng)
    world.application.runtime.lease_s = 2
    renewed: list[int] = []
    original = worker.renew_once

    async def renew_once() -> None:
        renewed.append(1)
        if len(renewed) == 1:
            # What a restarting server does to its clients.
            async with world.db.begin() as tx:
                await tx.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        await original()

    worker.renew_once = renew_once  # type: ignore[method-assign]
    keeping = asyncio.create_task(worker.keep_leases())

    async def goes_on() -> bool:
        assert not keeping.done(), keeping
        return len(renewed) >= 3

    await until(goes_on)
    keeping.cancel()


async def test_deliveries_that_arrive_together_share_commits(world: World) -> None:
    intake = world.application.inbox
    before = await commits(world)
    new = await asyncio.gather(*(intake.accept(delivery(n, lane=f"o{n}")) for n in range(300)))
    spent = await commits(world) - before
    assert all(new)
    assert len(await world.rows("SELECT 1 FROM inbox WHERE connection_id = 'c'")) == 300
    # One alone at first, the rest in groups of at most 200; the statistics themselves cost some.
    assert spent < 30


async def test_a_delivery_that_comes_twice_is_kept_once_and_both_senders_hear_yes(world: World) -> None:
    intake = world.application.inbox
    answers = await asyncio.gather(*(intake.accept(delivery(1)) for _ in range(10)))
    assert sorted(answers)[-1] is True
    assert len(await world.rows("SELECT 1 FROM inbox WHERE connection_id = 'c'")) == 1
    assert await intake.accept(delivery(1)) is False


async def test_nothing_of_a_batch_is_stored_when_its_transaction_fails(world: World) -> None:
    async def fail() -> None:
        async with world.db.begin() as tx:
            await accept_all(tx, [delivery(1), delivery(2)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await world.rows("SELECT 1 FROM inbox WHERE connection_id = 'c'") == []
    assert await world.rows("SELECT 1 FROM lanes WHERE connection_id = 'c'") == []


async def commits(world: World) -> int:
    await world.db.pool.execute("SELECT pg_stat_force_next_flush()")
    [row] = await world.rows("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
    return int(row["xact_commit"])


async def test_batches_that_hold_the_same_deliveries_in_any_order_do_not_wait_in_a_circle(
    world: World,
) -> None:
    rng = Random(5)
    sent = [delivery(number, lane=f"o{number % 97}") for number in range(600)]

    async def shuffled() -> None:
        async with world.db.begin() as tx:
            await inbox.store(tx, rng.sample(sent, len(sent)))

    for _ in range(12):
        await asyncio.gather(*(shuffled() for _ in range(4)))
        stored = await world.rows("SELECT delivery_id FROM inbox ORDER BY delivery_id")
        assert [row["delivery_id"] for row in stored] == sorted(item.delivery_id for item in sent)
        await world.db.pool.execute("DELETE FROM inbox")


async def test_a_batch_is_taken_up_in_the_order_in_which_it_came(world: World) -> None:
    await arrive(world, *(delivery(number) for number in (3, 1, 2)))
    async with world.db.read() as tx:
        waiting = await inbox.pending(tx, "c/order/o1")
    rows = await world.rows("SELECT id, delivery_id FROM inbox ORDER BY id")
    assert [row["delivery_id"] for row in rows] == ["d3", "d1", "d2"]
    assert [item.id for item in waiting] == [row["id"] for row in rows]
