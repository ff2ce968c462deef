"""What polling promises: a change that no webhook tells of is found within the time that is shown for its age."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from orderbridge.app import open_application
from orderbridge.store import connections
from orderbridge.sync import poll, promises
from orderbridge.sync.ages import DAY_S, MONTH, OLDER, RECENT, WHOLE
from support.operations import Operations
from support.rounds import (
    MovedClock,
    a_round,
    deliveries,
    found_within_s,
    looked_at,
    made_at,
    overview,
    settled,
)
from support.world import ACT, GHL, MakeWorld, World

AGES = {RECENT: timedelta(hours=30), MONTH: timedelta(days=20), OLDER: timedelta(days=100)}
WITHIN_S = {RECENT: 60, MONTH: 3600, OLDER: DAY_S}


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def world(make_world: MakeWorld, clock: MovedClock) -> AsyncIterator[World]:
    async with make_world(clock=clock) as opened:
        yield opened


async def aged_orders(world: World, clock: MovedClock) -> dict[str, str]:
    """One order of each age class, known since before."""
    ids = (await world.sell(3))["orders"]
    aged = dict(zip(AGES, ids, strict=True))
    for age, order_id in aged.items():
        made_at(world, order_id, clock.now() - AGES[age])
    await settled(world)
    return aged


async def within_s(world: World, stream: str, age: str, *, connection: str = GHL) -> float:
    shown = (await overview(world, connection)).promises
    [found] = [item.within_s for item in shown if (item.stream, item.age) == (stream, age)]
    return found


@pytest.mark.parametrize("age", AGES)
async def test_a_change_without_a_webhook_is_found_within_what_is_promised_for_its_age(
    world: World, clock: MovedClock, age: str
) -> None:
    order_id = (await aged_orders(world, clock))[age]
    promised_s = await within_s(world, "orders", age)
    assert promised_s == WITHIN_S[age]
    before = await deliveries(world, order_id)
    await world.control("ghl", f"orders/{order_id}/edit", {"webhooks": False, "status": "cancelled"})

    async def found() -> bool:
        return await deliveries(world, order_id) > before

    if age == RECENT:
        assert await found_within_s(world, clock, found, at_most_s=promised_s) == promised_s
        return
    # A round before its time does not find it: that is what makes old records cheap.
    clock.advance(promised_s - 60)
    await looked_at(world)
    assert not await found()
    clock.advance(60)
    await looked_at(world)
    assert await found()


async def test_each_class_is_looked_at_in_its_own_time_and_the_wider_covers_the_narrower(
    world: World, clock: MovedClock
) -> None:
    assert ("orders", OLDER) in await looked_at(world)
    assert await looked_at(world) == set()
    clock.advance(60)
    assert ("orders", RECENT) in await looked_at(world)
    clock.advance(3540)
    assert {age for stream, age in await looked_at(world) if stream == "orders"} == {MONTH}
    clock.advance(60)
    assert {age for stream, age in await looked_at(world) if stream == "orders"} == {RECENT}
    clock.advance(DAY_S - 3660)
    assert {age for stream, age in await looked_at(world) if stream == "orders"} == {OLDER}


async def test_a_restart_goes_on_where_the_last_process_stopped(world: World, clock: MovedClock) -> None:
    await aged_orders(world, clock)
    clock.advance(60)
    async with open_application(world.settings, clock=clock) as another:
        results = await poll.poll_all(another.runtime, due_only=True)
        seen = {(part.stream, part.age) for item in results for part in item.streams}
        assert {age for stream, age in seen if stream == "orders"} == {RECENT}
        # The other process sees that it was done.
        assert await looked_at(world) == set()


async def test_the_calls_that_are_shown_are_those_that_are_made(world: World, clock: MovedClock) -> None:
    await world.sell(130)
    await settled(world)

    async def calls(route: str) -> int:
        found = (await world.ghl_truth("requests"))["requests"]
        return sum(found.get(route, {}).values())

    shown = {(item.stream, item.age): item for item in (await overview(world)).promises}
    assert shown["orders", OLDER].rows == 130
    before = await calls("GET /payments/orders")
    await poll.poll_all(world.application.runtime, everything=True)
    assert await calls("GET /payments/orders") - before == shown["orders", OLDER].calls_per_look == 2
    clock.advance(60)
    before = await calls("GET /payments/orders")
    await a_round(world)
    assert await calls("GET /payments/orders") - before == shown["orders", RECENT].calls_per_look


async def test_a_smaller_share_stretches_what_is_old_and_keeps_the_stretched_promise(
    world: World, clock: MovedClock
) -> None:
    order_id = (await aged_orders(world, clock))[OLDER]
    async with world.db.begin() as tx:
        found = await connections.named(tx, GHL)
        # Three lists a minute are 4,320 calls a day; a hundredth of this is little more.
        await connections.set_config(tx, found.id, {"limits": {"calls": 1_000_000, "daily": 440_000}})
        shown = await promises.change(tx, world.application.runtime, GHL, {"share": 0.01})
    by_age = {item.age: item for item in shown.promises if item.stream == "orders"}
    assert by_age[RECENT].interval_s == 60
    assert by_age[OLDER].interval_s > DAY_S
    assert "is wanted, and costs more calls than polling may use" in by_age[OLDER].promise
    assert shown.calls_per_day <= 4400
    assert shown.monthly
    before = await deliveries(world, order_id)
    await world.control("ghl", f"orders/{order_id}/edit", {"webhooks": False, "status": "cancelled"})
    clock.advance(by_age[OLDER].within_s - 60)
    await looked_at(world)
    assert await deliveries(world, order_id) == before
    clock.advance(60)
    await looked_at(world)
    assert await deliveries(world, order_id) > before


async def test_a_share_that_cannot_keep_the_monthly_promise_says_so(world: World) -> None:
    async with world.db.begin() as tx:
        found = await connections.named(tx, GHL)
        await connections.set_config(tx, found.id, {"limits": {"daily": 500}})
        shown = await promises.change(tx, world.application.runtime, GHL, {"share": 0.01})
    assert not shown.monthly
    assert "not every record can be looked at once a month" in shown.notes[0]


class Ticking(MovedClock):
    """A clock that moves with every look at it: a long look takes its time."""

    step_s = 0.0

    def now(self) -> datetime:
        self.advance(self.step_s)
        return super().now()


async def test_recent_records_are_looked_at_while_a_long_look_goes_on(make_world: MakeWorld) -> None:
    clock = Ticking()
    async with make_world(clock=clock) as world:
        await world.sell(450)
        await settled(world)
        clock.step_s = 20
        clock.advance(2 * DAY_S)
        seen = [(part.stream, part.age) for item in await a_round(world) for part in item.streams]
    # Before the long look, and again in it.
    assert seen.count(("orders", RECENT)) >= 2
    assert seen.count(("orders", OLDER)) == 1


async def test_an_act_edit_is_found_at_once_whatever_its_age_and_a_late_one_within_the_hour(
    make_world: MakeWorld, clock: MovedClock
) -> None:
    async with make_world(clock=clock, flows=()) as world:
        ops = Operations(world)
        old = clock.now() - timedelta(days=300)
        made = [
            (await ops.act("contacts", fields={"firstName": "A"}, created=wire(old), edited=wire(old)))["id"]
            for _ in range(2)
        ]
        async with ops.listening("act.contact.updated") as fired:
            await settled(world)
            shown = {item.age: item for item in (await overview(world, ACT)).promises}
            assert [shown[age].within_s for age in (RECENT, MONTH, OLDER)] == [60, 3600, DAY_S]
            assert shown[RECENT].promise.startswith(
                "any edit, whatever the age of the record: within 1 minute"
            )
            await ops.act("contacts", made[0], fields={"company": "Soon"})
            clock.advance(60)
            await looked_at(world)
            assert await fired.times() == {"act.contact.updated": 1}
            late = clock.now() - timedelta(days=10)
            await ops.act("contacts", made[1], fields={"company": "Late"}, edited=wire(late))
            # A remote copy delivers it with a time that recent looks do not reach back to.
            clock.advance(3480)
            await looked_at(world)
            assert await fired.times() == {"act.contact.updated": 1}
            clock.advance(60)
            await looked_at(world)
            assert await fired.times() == {"act.contact.updated": 2}


def wire(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


async def test_a_list_that_cannot_be_asked_by_date_is_read_whole_in_a_class_of_its_own(
    make_world: MakeWorld, clock: MovedClock
) -> None:
    async with make_world(clock=clock, flows=()) as world:
        ops = Operations(world)
        async with ops.listening("ghl.product.updated"):
            shown = [item for item in (await overview(world)).promises if item.stream == "products"]
            assert [(item.age, item.within_s) for item in shown] == [(WHOLE, 600)]
            assert "cannot be asked by date" in shown[0].why
            clock.advance(540)
            assert ("products", WHOLE) not in await looked_at(world)
            clock.advance(60)
            assert ("products", WHOLE) in await looked_at(world)


# Fulfilments


@pytest.fixture
async def shop(make_world: MakeWorld, clock: MovedClock) -> AsyncIterator[World]:
    async with make_world(clock=clock, flows=("orders-to-opportunities", "fulfilments-to-tasks")) as opened:
        yield opened


async def fulfilled_orders(world: World, clock: MovedClock) -> dict[str, str]:
    """One order of each age, handed over and carried over."""
    aged = await aged_orders(world, clock)
    for order_id in aged.values():
        if not world.sandbox.ghl.fulfilments.where("orderId", order_id):
            await world.control("ghl", f"orders/{order_id}/fulfil", {})
    clock.advance(60)
    await poll.poll_all(world.application.runtime, everything=True)
    await world.work_until_idle()
    return aged


def add_tracking(world: World, order_id: str) -> None:
    """A tracking number that comes later: the row of the order stays as it is."""
    [row, *_] = world.sandbox.ghl.fulfilments.where("orderId", order_id)
    world.sandbox.ghl.fulfilments.update(
        row, trackings=[{"trackingNumber": "LATER1", "shippingCarrier": "UPS"}]
    )


async def tracking_known(world: World) -> bool:
    rows = await world.rows("SELECT 1 FROM records WHERE kind = 'fulfilment' AND state::text LIKE '%LATER1%'")
    return bool(rows)


@pytest.mark.parametrize(
    ("age", "promised_s"), [(RECENT, 960), (MONTH, 6 * 3600 + 60), (OLDER, 7 * DAY_S + 60)]
)
async def test_a_tracking_number_that_moves_no_row_is_found_at_the_pace_of_its_order(
    shop: World, clock: MovedClock, age: str, promised_s: float
) -> None:
    order_id = (await fulfilled_orders(shop, clock))[age]
    await settled(shop)
    assert await within_s(shop, "fulfilments", age) == promised_s
    add_tracking(shop, order_id)

    async def found() -> bool:
        await shop.work_until_idle()
        return await tracking_known(shop)

    await found_within_s(shop, clock, found, at_most_s=promised_s, round_s=promised_s / 4)


async def test_a_rescan_of_fulfilments_that_did_not_change_makes_no_delivery(
    shop: World, clock: MovedClock
) -> None:
    await fulfilled_orders(shop, clock)
    [before] = await shop.rows("SELECT count(*) AS n FROM inbox")
    requests = (await shop.ghl_truth("requests"))["requests"]
    route = "GET /payments/orders/{orderId}/fulfillments"
    read_before = sum(requests[route].values())
    for _ in range(40):
        clock.advance(60)
        await looked_at(shop)
    requests = (await shop.ghl_truth("requests"))["requests"]
    [after] = await shop.rows("SELECT count(*) AS n FROM inbox")
    # One recent order, read again every 15 minutes for 40 minutes.
    assert sum(requests[route].values()) - read_before in (2, 3)
    assert after == before


async def test_fulfilments_are_read_again_in_slices_and_never_in_a_burst(
    shop: World, clock: MovedClock
) -> None:
    await shop.sell(60)
    await settled(shop)
    read: list[int] = []
    for _ in range(30):
        clock.advance(60)
        results = await a_round(shop)
        read += [part.rows for item in results for part in item.streams if part.stream == "fulfilments"]
    # 60 orders in 15 minutes are four a minute; the clock also goes on by itself, minutes of it on a busy machine.
    assert max(read) <= 5
    assert 110 <= sum(read) <= 120 + 4 * clock.by_itself_s / 60
    # After a standstill of a day it goes on with at most twice that.
    clock.advance(DAY_S)
    results = await a_round(shop)
    [slice_] = [part.rows for item in results for part in item.streams if part.stream == "fulfilments"]
    assert slice_ <= 10


async def test_fulfilments_cost_nothing_where_no_flow_listens_to_them(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        assert "fulfilments" not in {item.stream for item in (await overview(world)).promises}
