"""Each morning by itself: yesterday is closed and stated once, whoever does it, and what differs is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orderbridge.accounts.pausing import pause, resume
from orderbridge.api.status import snapshot
from orderbridge.app import open_application
from orderbridge.automation import alerts
from orderbridge.automation.alerts import Thresholds
from orderbridge.automation.mornings import DAY_DIFFERS, DAY_INCOMPLETE
from orderbridge.core.business_day import bounds, day_of, zone_of
from orderbridge.core.clock import SystemClock
from orderbridge.engine import time_zones
from orderbridge.proof.closing import close_day
from orderbridge.proof.completeness import completeness
from orderbridge.proof.daily import Mornings
from orderbridge.proof.pairs import joined_connections
from orderbridge.store import connections
from orderbridge.store.alerts import Alert
from support.command import orderbridge
from support.worker_process import WorkerProcess
from support.world import ACT, GHL, MakeWorld, World

GRACE = timedelta(hours=4)
DAY = timedelta(days=1)


class MovedClock(SystemClock):
    """The machine's clock, moved on when told."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved


class Office:
    """A world on the morning after a day on which something was sold."""

    def __init__(self, world: World, clock: MovedClock, day: date, zone: str, orders: list[str]) -> None:
        self.world, self.clock, self.day, self.orders = world, clock, day, orders
        self.zone = zone_of(zone)
        self.runtime = world.application.runtime
        self.mornings = Mornings(self.runtime, grace=GRACE)

    def go_to(self, days: int, *, after_midnight: timedelta = GRACE + timedelta(minutes=1)) -> None:
        """Go to the morning so many days after the sale's."""
        midnight = bounds(self.day + (days - 1) * DAY, self.zone)[1]
        self.clock.moved = midnight + after_midnight - datetime.now(UTC)

    async def closes(self) -> list[tuple[date, int, str]]:
        rows = await self.world.rows("SELECT day, edition, state FROM closes ORDER BY day, edition")
        return [(row["day"], row["edition"], row["state"]) for row in rows]

    async def statements(self) -> list[tuple[str, date, int]]:
        rows = await self.world.rows(
            "SELECT name, day, (statement ->> 'missing')::int AS missing FROM completeness"
            " JOIN connections ON connections.id = connection_id ORDER BY day, name"
        )
        return [(row["name"], row["day"], row["missing"]) for row in rows]

    async def alerts(self) -> list[Alert]:
        async with self.world.db.begin() as tx:
            found = await alerts.look(tx, Thresholds(), now=self.clock.now())
        return [item for item in found if item.kind in (DAY_DIFFERS, DAY_INCOMPLETE)]

    async def shown(self) -> Any:
        """What the status says of the only pair."""
        (item,) = (await snapshot(self.world.db, now=self.clock.now()))["daily_closes"]
        return item

    async def connection(self, name: str) -> connections.Connection:
        async with self.world.db.read() as tx:
            return await connections.by_id(tx, self.world.connections[name])


@asynccontextmanager
async def opened(make_world: MakeWorld, *, sell: int = 4) -> AsyncIterator[Office]:
    clock = MovedClock()
    async with make_world(clock=clock) as world:
        now = clock.now()
        # A zone where it is about noon, so that no test meets midnight.
        zone = f"Etc/GMT{now.hour - 12:+d}"
        for name in (GHL, ACT):
            await time_zones.set_time_zone(world.application.runtime, name, zone)
        orders = (await world.sell(sell))["orders"] if sell else []
        await world.poll()
        await world.work_until_idle()
        yield Office(world, clock, day_of(now, zone_of(zone)), zone, orders)


@pytest.fixture
async def office(make_world: MakeWorld) -> AsyncIterator[Office]:
    async with opened(make_world) as found:
        yield found


async def test_a_day_is_closed_and_stated_once_hours_after_its_own_midnight_by_whichever_server(
    office: Office,
) -> None:
    day = office.day
    async with open_application(office.world.settings, clock=office.clock) as second:
        both = [office.mornings, Mornings(second.runtime, grace=GRACE)]
        office.go_to(1, after_midnight=GRACE - timedelta(minutes=1))
        await asyncio.gather(*(item.look() for item in both))
        assert (await office.closes(), await office.statements()) == ([], [])

        office.go_to(1)
        await asyncio.gather(*(item.look() for item in both))
        for item in both:
            await item.look()
    assert await office.closes() == [(day, 1, "green")]
    assert await office.statements() == [(ACT, day, 0), (GHL, day, 0)]
    assert await office.alerts() == []
    shown = await office.shown()
    assert (shown["location"], shown["database"], shown["day"], shown["state"]) == (
        GHL,
        ACT,
        str(day),
        "green",
    )
    assert shown["line"].startswith("4 orders, ")
    assert {item["connection"]: item["missing"] for item in shown["statements"]} == {GHL: 0, ACT: 0}
    assert shown["waits_for"] is None
    ran = await orderbridge("close", "status", "--json", environment=office.world.environment)
    assert ran.json == {"on": True, "grace_s": 14_400, "closes": [shown]}
    people = await orderbridge("close", "status", environment=office.world.environment)
    assert "closes a day 4 hours after it is over" in people.out


async def test_days_that_were_missed_are_caught_up_with_from_one_reading_and_those_of_long_ago_are_left(
    office: Office,
) -> None:
    day = office.day
    office.go_to(3)
    await office.mornings.look()
    assert await office.closes() == [(day + number * DAY, 1, "green") for number in range(3)]
    assert len(await office.statements()) == 6

    office.go_to(15)
    before = await lists_read(office.world)
    await office.mornings.look()
    made = await lists_read(office.world) - before
    closed = [item[0] for item in await office.closes()]
    assert closed == [day + number * DAY for number in (0, 1, 2, *range(8, 15))]
    # Once for all seven closes, and once for each of the seven statements.
    assert made == 8
    assert (await office.shown())["left_until"] == str(day + 7 * DAY)
    left = await office.world.rows("SELECT reason FROM daily_work WHERE state = 'left' AND job = 'close'")
    assert [row["reason"] for row in left] == [
        "more than 7 days had passed; 'orderbridge close --day …' does it"
    ]

    # What is in order need not be remembered: it is closed, and nothing before the newest day is done any more.
    office.go_to(70)
    await office.mornings.look()
    [row] = await office.world.rows("SELECT min(day) AS day FROM daily_work")
    assert row["day"] == day + 62 * DAY
    assert len(await office.closes()) == 17


async def lists_read(world: World) -> int:
    """How often HighLevel's list of orders was asked for."""
    requests = (await world.ghl_truth("requests"))["requests"]
    return sum(sum(counts.values()) for label, counts in requests.items() if label == "GET /payments/orders")


async def test_an_amount_that_differs_is_an_alert_with_what_to_do_until_the_day_is_closed_again(
    office: Office,
) -> None:
    deals = (await office.world.act_truth("opportunities"))["opportunities"]
    deal = next(row for row in deals if row["sourceId"] == office.orders[0])
    own = {"name": "A favour", "price": 3, "quantity": 1}
    made = await office.world.control(
        "act", "edit", {"entity": "lines", "opportunity": deal["id"], "fields": own}
    )
    office.go_to(1)
    await office.mornings.look()
    assert await office.closes() == [(office.day, 1, "open")]
    (alert,) = await office.alerts()
    assert (
        alert.key
        == f"day_differs/{'/'.join(office.world.connections[name] for name in (GHL, ACT))}/{office.day}"
    )
    assert alert.title == f"{GHL} and {ACT} do not agree on {office.day}"
    assert "opportunity_edited -3.00" in alert.text
    assert "Correct the opportunity" in alert.text
    assert f"'orderbridge close --day {office.day}' closes the day again" in alert.text
    assert list(alert.money.values()) == [Decimal(3)]

    await office.world.control(
        "act",
        "edit",
        {"entity": "lines", "opportunity": deal["id"], "id": made["id"], "action": "delete"},
    )
    ((source, target),) = await joined_connections(office.world.db)
    assert (await close_day(office.runtime, source, target, day=office.day)).close.state == "green"
    assert await office.alerts() == []


async def test_what_did_not_come_is_an_alert_until_the_day_is_stated_again(office: Office) -> None:
    # A sale that no webhook told of, and no poll was made since.
    (late,) = (await office.world.sell(1, outcome="paid"))["orders"]
    office.go_to(1)
    await office.mornings.look()
    by_kind = {item.kind: item for item in await office.alerts()}
    missing = by_kind[DAY_INCOMPLETE]
    assert missing.title == f"not everything of {office.day} has come from {GHL}"
    assert "1 order events" in missing.text
    assert late in missing.text
    assert "'orderbridge poll --once' fetches it" in missing.text
    # The amount is missing in Act! as well.
    assert "missing_in_act" in by_kind[DAY_DIFFERS].text

    await office.world.poll()
    await office.world.work_until_idle()
    await completeness(office.runtime, await office.connection(GHL), office.day)
    assert [item.kind for item in await office.alerts()] == [DAY_DIFFERS]


async def test_of_a_pair_whose_flows_are_off_the_days_are_closed_and_nobody_is_told(office: Office) -> None:
    await office.world.sell(1, outcome="paid")
    await office.world.db.pool.execute("UPDATE flows SET enabled = false")
    office.go_to(1)
    await office.mornings.look()
    assert [state for *_, state in await office.closes()] == ["open"]
    assert await office.alerts() == []


async def test_a_paused_account_is_not_asked_and_the_days_wait_and_say_why(office: Office) -> None:
    async with office.world.db.begin() as tx:
        await pause(tx, ACT)
    office.go_to(1)
    asked = (await office.world.act_truth("requests"))["requests"]["total"]
    await office.mornings.look()
    office.go_to(2)
    await office.mornings.look()
    assert (await office.world.act_truth("requests"))["requests"]["total"] == asked
    assert await office.closes() == []
    # The other account can be asked: what of it came is stated.
    assert [item[0] for item in await office.statements()] == [GHL, GHL]
    shown = await office.shown()
    assert (shown["day"], shown["waits_since"]) == (None, str(office.day))
    assert (
        shown["waits_for"]
        == f"connection '{ACT}' is paused; 'orderbridge connections resume {ACT}' lets it go on"
    )

    async with office.world.db.begin() as tx:
        await resume(tx, ACT)
    office.runtime.look_again(office.world.connections[ACT])
    await office.mornings.look()
    assert [item[0] for item in await office.closes()] == [office.day, office.day + DAY]
    assert (await office.shown())["waits_for"] is None


async def test_a_refused_token_makes_the_days_wait_and_is_told_as_what_it_is(office: Office) -> None:
    await office.world.faults("ghl", unauthorized_401=True)
    office.go_to(1)
    await office.mornings.look()
    assert await office.closes() == []
    assert (await office.connection(GHL)).state == connections.RECONNECT
    calls = await lists_read(office.world)
    office.clock.moved += timedelta(hours=2)
    await office.mornings.look()
    # Nobody knocks at a door that is known to be shut.
    assert await lists_read(office.world) == calls
    assert f"{GHL} has to be reconnected" in (await office.shown())["waits_for"]


async def test_a_list_that_cannot_be_read_is_tried_again_later_and_not_with_every_look(
    office: Office,
) -> None:
    await office.world.faults("ghl", error_500_before={"count": 1_000, "match": "GET /payments/orders"})
    office.go_to(1)
    await office.mornings.look()
    calls = await lists_read(office.world)
    await office.mornings.look()
    assert await lists_read(office.world) == calls
    assert await office.closes() == []
    assert (await office.shown())["waits_for"]
    await office.world.faults("ghl", error_500_before=False)
    office.clock.moved += timedelta(minutes=3)
    await office.mornings.look()
    assert await office.closes() == [(office.day, 1, "green")]
    assert (GHL, office.day, 0) in await office.statements()


@pytest.mark.parametrize("fault", ["day.keeping:1", "day.kept:1"])
async def test_what_a_server_that_dies_leaves_is_done_by_the_next_and_nothing_twice(
    make_world: MakeWorld, tmp_path: Path, fault: str
) -> None:
    async with opened(make_world, sell=0) as office:
        world, log = office.world, tmp_path / "serve.log"
        # As if the flows had been published two days ago; the servers go by the machine's time.
        await world.db.pool.execute("UPDATE flows SET created_at = created_at - interval '2 days'")
        environment = world.environment | {"ORDERBRIDGE_DAILY_CLOSE_GRACE_S": "0"}
        dying = await WorkerProcess.start(environment, log, fault=fault)
        assert await dying.ended(within_s=60), dying.messages()
        assert dying.was_killed
        next_one = await WorkerProcess.start(environment, log)
        try:
            wanted = [(office.day - number * DAY, 1, "green") for number in (2, 1)]
            async with asyncio.timeout(90):
                while await office.closes() != wanted or len(await office.statements()) < 4:
                    await asyncio.sleep(0.2)
        finally:
            await next_one.kill()
        assert len(await office.statements()) == 4


async def test_where_the_setting_is_off_no_day_is_closed(make_world: MakeWorld, tmp_path: Path) -> None:
    async with opened(make_world, sell=0) as office:
        await office.world.db.pool.execute("UPDATE flows SET created_at = created_at - interval '2 days'")
        environment = office.world.environment | {
            "ORDERBRIDGE_DAILY_CLOSE_GRACE_S": "0",
            "ORDERBRIDGE_DAILY_CLOSE": "false",
        }
        server = await WorkerProcess.start(environment, tmp_path / "serve.log")
        try:
            await server.ready()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(3):
                    while not await office.closes():
                        await asyncio.sleep(0.2)
        finally:
            await server.kill()
        assert (await office.closes(), await office.statements()) == ([], [])
        ran = await orderbridge("close", "status", environment=environment)
        assert "Days are closed by hand only" in ran.out
