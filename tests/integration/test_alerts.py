"""The four alerts that need no set-up: raised once, said once, said again after a day, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from orderbridge.automation import alerting
from orderbridge.automation.alerts import BACKLOG, DEAD_LETTER, RECONNECT, SILENCE, Thresholds
from orderbridge.core.clock import SystemClock
from orderbridge.core.errors import OrderBridgeError
from orderbridge.core.ids import random_id
from orderbridge.core.money import Money
from orderbridge.engine import brake
from orderbridge.store import alerts
from orderbridge.store.alerts import Raised
from support.world import ACT, GHL, MakeWorld, World

DAY = timedelta(days=1)
THRESHOLDS = Thresholds(backlog=timedelta(minutes=15), silence=timedelta(hours=12))


class MovedClock(SystemClock):
    """The machine's clock, moved on when told."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved


class Office:
    """A world whose alerts go to a receiver of ours."""

    def __init__(self, world: World, clock: MovedClock, messages: list[Any], port: int) -> None:
        self.world, self.clock, self.messages, self.port = world, clock, messages, port
        self.runtime = world.application.runtime

    async def look(self, later: timedelta = timedelta()) -> list[Raised]:
        self.clock.moved += later
        # In these stories polling goes on all the time.
        await self.world.db.pool.execute("UPDATE stream_looks SET looked_at = $1", self.clock.now())
        await alerting.look_round(self.runtime, THRESHOLDS, remind_after=DAY)
        async with self.world.db.read() as tx:
            return await alerts.every(tx)

    async def use_channel(self) -> None:
        await self.runtime.notices.add("team", f"json://127.0.0.1:{self.port}/in", random_id)
        await alerting.use(self.runtime, "team")
        self.messages.clear()

    @property
    def said(self) -> list[str]:
        return [item["title"] for item in self.messages]


@pytest.fixture
async def office(make_world: MakeWorld) -> AsyncIterator[Office]:
    messages: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        messages.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/in", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    clock = MovedClock()
    try:
        async with make_world(clock=clock, http_allow="127.0.0.1") as world:
            yield Office(world, clock, messages, runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def pause_with_orders_waiting(world: World, count: int) -> Any:
    async with world.db.begin() as tx:
        await brake.pause(tx)
    await world.sell(count)
    await world.poll()

    async def waiting() -> bool:
        return (
            len(await world.rows("SELECT 1 FROM events WHERE kind = 'order' AND outcome = 'waiting'"))
            == count
        )

    await world.work_until(waiting)
    rows = await world.rows("SELECT state FROM events WHERE kind = 'order'")
    sums: dict[str, Decimal] = {}
    for row in rows:
        currency = row["state"]["currency"]
        sums[currency] = sums.get(currency, Decimal(0)) + row["state"]["amount"]
    return {currency: amount for currency, amount in sums.items() if amount}


async def test_an_account_that_does_not_let_us_in_is_told_once_reminded_daily_and_taken_back(
    office: Office,
) -> None:
    await office.use_channel()
    sums = await pause_with_orders_waiting(office.world, 3)
    assert await office.look() == []
    await office.world.db.pool.execute(
        "UPDATE connections SET state = 'reconnect', state_reason = 'the password was refused' WHERE name = $1",
        ACT,
    )
    [alert] = await office.look()
    assert (alert.kind, alert.title) == (RECONNECT, f"{ACT} has to be reconnected")
    assert "the password was refused" in alert.text
    assert f"orderbridge connections replace-token {ACT}" in alert.text
    for currency, amount in sums.items():
        assert str(Money(amount, currency)) in alert.text
    assert office.said == ["orderbridge: 1 new"]
    # Also where the same is found again and again, and where what waits would be a backlog of its own.
    await office.look(timedelta(hours=1))
    await office.look(timedelta(hours=1))
    assert office.said == ["orderbridge: 1 new"]
    await office.look(DAY)
    assert office.said[1:] == ["orderbridge: 1 still there"]
    await office.world.db.pool.execute("UPDATE connections SET state = 'ok'")
    async with office.world.db.begin() as tx:
        await brake.resume(tx)
    await office.world.work_until_idle()
    assert await office.look() == []
    assert office.said[2:] == ["orderbridge: 1 over"]
    await office.look(DAY)
    assert len(office.said) == 3


async def test_what_needs_a_person_is_one_alert_for_each_cause_with_its_money(office: Office) -> None:
    await office.use_channel()
    await office.world.sell(2)
    await office.world.db.pool.execute("UPDATE connections SET mode = 'live' WHERE name = $1", ACT)
    await office.world.application.runtime.forget(office.world.connections[ACT])
    await office.world.poll()
    await office.world.work_until_idle()
    rows = await office.world.rows(
        "SELECT held_currency, sum(held_amount) AS held, count(*) AS n FROM runs WHERE state = 'dead' GROUP BY 1"
    )
    [alert] = await office.look()
    assert (alert.kind, alert.key) == (DEAD_LETTER, "dead_letter/flow.modes_differ")
    assert "orderbridge dead-letters replay --cause flow.modes_differ" in alert.text
    for row in rows:
        if row["held_currency"]:
            assert str(Money(row["held"], row["held_currency"])) in alert.text
    assert len(office.said) == 1


async def test_what_waits_too_long_says_how_long_how_much_and_why(office: Office) -> None:
    sums = await pause_with_orders_waiting(office.world, 2)
    assert await office.look(timedelta(minutes=14)) == []
    [alert] = await office.look(timedelta(minutes=2))
    assert alert.kind == BACKLOG
    assert alert.title == f"changes from {GHL} have waited for 16 minutes"
    assert "all writes are paused" in alert.text
    assert "Next: 'orderbridge resume'." in alert.text
    assert {currency: Decimal(amount) for currency, amount in alert.money.items()} == sums
    # Without a channel it is shown, and nobody is told.
    assert office.messages == []


async def remembered(world: World, times: list[datetime]) -> None:
    await world.db.pool.executemany(
        """
        INSERT INTO events
               (id, connection_id, type, kind, record_id, revision, lane, source, state, accepted_at, outcome)
        VALUES ($1, $2, 'x', 'order', $1, 1, 'l', 'webhook', '{}', $3, 'done')
        """,
        [(random_id(), world.connections[GHL], moment) for moment in times],
    )


async def test_a_silence_is_told_against_the_usual_rhythm_nights_included(office: Office) -> None:
    now = office.clock.now()
    # Four a day in the daytime, and nothing for fifteen hours every night.
    days = [now - timedelta(days=number, hours=hour) for number in range(1, 20) for hour in (0, 3, 6, 9)]
    await remembered(office.world, days)
    last = max(days)
    assert await office.look(last + timedelta(hours=22) - office.clock.now()) == []
    [alert] = await office.look(timedelta(hours=1))
    assert alert.kind == SILENCE
    assert alert.title == f"nothing has come from {GHL} for 23 hours"
    assert "never more than 15 hours apart" in alert.text
    await remembered(office.world, [office.clock.now()])
    assert await office.look() == []


async def test_an_account_of_which_too_little_is_known_is_never_called_silent(office: Office) -> None:
    now = office.clock.now()
    await remembered(office.world, [now - timedelta(days=10, hours=hour) for hour in range(19)])
    assert await office.look(timedelta(days=5)) == []


async def test_several_are_said_in_one_message_and_a_lost_message_is_said_later(office: Office) -> None:
    await pause_with_orders_waiting(office.world, 1)
    await office.world.db.pool.execute("UPDATE connections SET state = 'reconnect' WHERE name = $1", ACT)
    await office.use_channel()
    await office.world.db.pool.execute("DELETE FROM channels")
    await office.look()
    assert office.messages == []
    await office.world.db.pool.execute(
        "INSERT INTO inbox (connection_id, delivery_id, source, type, kind, outcome, reason)"
        " VALUES ('c', 'd', 'webhook', 't', 'order', 'dead', 'it cannot be read')"
    )
    await office.runtime.notices.add("team", f"json://127.0.0.1:{office.port}/in", random_id)
    assert len(await office.look()) == 2
    assert office.said == ["orderbridge: 2 new"]


async def test_a_channel_that_does_not_take_the_test_message_is_not_used(office: Office) -> None:
    await office.runtime.notices.add("nowhere", "json://127.0.0.1:1/in", random_id)
    with pytest.raises(OrderBridgeError):
        await alerting.use(office.runtime, "nowhere")
    async with office.world.db.read() as tx:
        assert (await alerting.ready(tx))[0] is False
    await alerting.use_none(office.runtime)
    async with office.world.db.read() as tx:
        assert (await alerting.ready(tx))[0] is True


async def test_alerts_are_shown_over_http_and_counted(office: Office) -> None:
    from orderbridge.store import api_tokens

    await pause_with_orders_waiting(office.world, 1)
    await office.look(timedelta(hours=1))
    async with office.world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="test")
    async with office.world.hooks() as url:
        headers = {"Authorization": f"Bearer {token}"}
        async with office.world.http.get(f"{url}/api/alerts", headers=headers) as answer:
            [row] = await answer.json()
        async with office.world.http.get(f"{url}/api/alerts") as answer:
            assert answer.status == 401
        async with office.world.http.get(f"{url}/metrics") as answer:
            assert 'orderbridge_alerts{kind="backlog"} 1.0' in await answer.text()
    assert (row["kind"], row["cleared_at"]) == ("backlog", None)
