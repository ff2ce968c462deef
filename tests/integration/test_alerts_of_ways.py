"""Alerts on the ways in: a webhook that stopped, one that Act! suspended, a list that nobody reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from orderbridge.accounts import act_webhooks
from orderbridge.accounts.act_webhook_watch import watch_all
from orderbridge.automation import alerting
from orderbridge.automation.alerts import Thresholds
from orderbridge.automation.ways import ACT_WEBHOOK, POLLING, WEBHOOK_STOPPED
from orderbridge.core.clock import SystemClock
from orderbridge.store import alerts, connections
from orderbridge.store.alerts import Raised
from orderbridge.sync import poll
from support.world import ACT, GHL, MakeWorld, World

DAY = timedelta(days=1)


class MovedClock(SystemClock):
    """The machine's clock, moved on when told."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved


class Watch:
    """A world and the alerts that are raised in it."""

    def __init__(self, world: World, clock: MovedClock) -> None:
        self.world, self.clock = world, clock

    async def look(self, later: timedelta = timedelta(), **thresholds: timedelta) -> list[Raised]:
        self.clock.moved += later
        await alerting.look_round(self.world.application.runtime, Thresholds(**thresholds), remind_after=DAY)
        async with self.world.db.read() as tx:
            return await alerts.every(tx)

    async def poll(self) -> list[poll.PollResult]:
        return await poll.poll_all(self.world.application.runtime)

    async def sell(self, count: int, *, webhooks: bool) -> None:
        await self.world.faults("ghl", webhook_paused=not webhooks)
        async with self.world.hooks():
            await self.world.sell(count, webhooks=True)
            await self.world.control("ghl", "webhooks/flush", {})
            await self.world.work_until_idle()
        if not webhooks:
            await self.world.poll()
            await self.world.work_until_idle()


@pytest.fixture
async def watch(make_world: MakeWorld) -> AsyncIterator[Watch]:
    clock = MovedClock()
    async with make_world(clock=clock) as world:
        yield Watch(world, clock)


async def test_webhooks_that_stop_are_told_although_polls_still_find_everything(watch: Watch) -> None:
    await watch.sell(24, webhooks=True)
    # A few that are lost in a row are chance.
    await watch.sell(4, webhooks=False)
    assert await watch.look() == []
    await watch.sell(3, webhooks=False)
    [alert] = await watch.look()
    assert alert.kind == WEBHOOK_STOPPED
    assert alert.title == f"the order webhooks of {GHL} have stopped"
    assert "of the 24 changes up to then webhooks brought 24" in alert.text
    assert "Since then 7 came" in alert.text
    assert "see that the app (or the workflow) still has its webhook for order events" in alert.text
    # However many come without one, it stays the same alert.
    await watch.sell(3, webhooks=False)
    [again] = await watch.look()
    assert again.raised_at == alert.raised_at
    await watch.sell(1, webhooks=True)
    assert await watch.look() == []


async def test_refunds_that_only_polls_can_find_are_no_webhook_that_stopped(watch: Watch) -> None:
    await watch.sell(24, webhooks=True)
    truth = await watch.world.ghl_truth("transactions")
    paid = {
        row["entity_id"]
        for row in truth["transactions"]
        if row["status"] == "succeeded" and not row["refunded"]
    }
    for order in sorted(paid)[:8]:
        await watch.world.control("ghl", f"orders/{order}/refund", {})
    await watch.world.poll()
    await watch.world.work_until_idle()
    assert await watch.look() == []


async def test_an_account_whose_webhooks_never_came_is_polled_and_nothing_is_wrong(watch: Watch) -> None:
    await watch.sell(30, webhooks=False)
    assert await watch.look() == []


async def test_a_webhook_that_act_suspended_is_told_until_it_is_found_well(make_world: MakeWorld) -> None:
    clock = MovedClock()
    async with make_world(clock=clock, flows=()) as world:
        watch, runtime = Watch(world, clock), world.application.runtime
        await world.faults("act", webhooks=True)
        async with world.db.read() as tx:
            connection = await connections.by_id(tx, world.connections[ACT])
        await act_webhooks.register(runtime, connection, base_url="http://127.0.0.1:9", areas=["Contacts"])
        await watch_all(runtime)
        assert await watch.look() == []
        client = await runtime.act(connection.id)
        hooks = (await world.act_truth("webhooks"))["webhooks"]
        await client.http.call("PUT", f"/api/webhooks/{hooks[0]['id']}/suspend")
        await watch_all(runtime)
        [alert] = await watch.look()
        assert alert.kind == ACT_WEBHOOK
        assert alert.title == f"the webhooks of {ACT} are not well"
        assert "Act! had given up calling" in alert.text
        await watch_all(runtime)
        assert await watch.look() == []


async def test_a_list_that_nobody_reads_is_told_and_taken_back_with_the_next_look(watch: Watch) -> None:
    await watch.poll()
    assert await watch.look(timedelta(minutes=15)) == []
    [alert] = await watch.look(timedelta(minutes=2))
    assert (alert.kind, alert.title) == (
        POLLING,
        f"lists of {GHL} are not read: orders, subscriptions, transactions",
    )
    assert "see that 'orderbridge serve' runs" in alert.text
    # Where the owner wants fewer polls, it is not late yet.
    assert await watch.look(polls_every=timedelta(hours=1)) == []
    await watch.poll()
    assert await watch.look() == []


async def test_a_list_that_cannot_be_read_is_told_with_the_reason(watch: Watch) -> None:
    await watch.poll()
    await watch.world.faults("ghl", html_error={"match": "GET /payments/orders"})
    await watch.poll()
    # Once is no reason to tell anybody: it is tried again by itself.
    assert await watch.look() == []
    watch.clock.moved += timedelta(minutes=16)
    await watch.poll()
    [alert] = await watch.look()
    assert alert.kind == POLLING
    assert alert.title.startswith(f"lists of {GHL} are not read: orders")
    assert f"orderbridge connections test {GHL}" in alert.text
    await watch.world.faults("ghl", html_error=False)
    await watch.poll()
    assert await watch.look() == []


async def test_of_a_paused_account_nobody_expects_a_look(watch: Watch) -> None:
    await watch.poll()
    await watch.world.db.pool.execute("UPDATE connections SET state = 'paused' WHERE name = $1", GHL)
    assert await watch.look(timedelta(hours=2)) == []
