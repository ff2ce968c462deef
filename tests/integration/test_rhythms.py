"""How often something comes is counted by day as it goes, and is what the events themselves say."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

import asyncpg

from orderbridge.core.ids import random_id
from orderbridge.store import migrate, rhythms
from orderbridge.store.database import Tx
from orderbridge.store.rhythms import Rhythm
from support.postgres import ScratchPostgres
from support.world import World

WINDOW = timedelta(days=28)
STORED = """
INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, accepted_at, outcome)
VALUES ($1, $2, 'x', 'order', $1, 1, 'l', $3, '{}', $4, 'done')
"""
Came = tuple[str, str, datetime]


async def come(tx: Tx, events: list[Came]) -> None:
    await tx.executemany(STORED, [(random_id(), whose, source, at) for whose, source, at in events])


async def look(tx: Tx, now: datetime) -> dict[str, Rhythm]:
    counted = await rhythms.count(tx, after=await rhythms.reached(tx), keep=2 * WINDOW)
    return {
        item.connection_id: item for item in await rhythms.read(tx, after=counted, now=now, window=WINDOW)
    }


def of(events: list[Came], now: datetime) -> dict[str, Rhythm]:
    """What the events say, one by one."""
    begins = (now - WINDOW).replace(hour=0, minute=0, second=0, microsecond=0)
    found = {}
    for whose in {whose for whose, _, _ in events}:
        times = sorted(
            at for one, source, at in events if one == whose and source != "backfill" and at >= begins
        )
        if times:
            longest = max((b - a for a, b in itertools.pairwise(times)), default=timedelta())
            found[whose] = Rhythm(whose, len(times), times[0], times[-1], longest.total_seconds())
    return found


async def test_it_is_what_the_events_say_however_often_somebody_has_looked(world: World) -> None:
    chance = random.Random(7)
    now = datetime.now(UTC)
    events: list[Came] = []
    async with world.db.begin() as tx:
        await tx.execute("DELETE FROM events")
        for days in range(40, -1, -1):
            midnight = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
            # Nothing on some days, and nobody looks on some.
            new = [
                (chance.choice(["a", "b"]), chance.choice(["webhook", "poll", "backfill"]), at)
                for at in sorted(
                    midnight + timedelta(seconds=chance.randrange(86400))
                    for _ in range(chance.choice([0, 1, 9]))
                )
                if at < now
            ]
            for some in (new[: len(new) // 2], new[len(new) // 2 :]):
                await come(tx, some)
                events += some
                if chance.random() < 0.7:
                    assert await look(tx, now) == of(events, now)
        assert await look(tx, now) == of(events, now)
        assert set(of(events, now)) == {"a", "b"}


async def test_what_came_in_the_last_minutes_is_in_it_and_counted_once_when_it_is_older(world: World) -> None:
    now = datetime.now(UTC)
    async with world.db.begin() as tx:
        await tx.execute("DELETE FROM events")
        before = await rhythms.reached(tx)
        await come(tx, [("a", "webhook", now), ("a", "webhook", now - timedelta(minutes=3))])
        assert (await look(tx, now))["a"].events == 2
        # Of the two only the older one, whose number is higher, is old enough; both have numbers that are counted.
        counted = await rhythms.reached(tx)
        assert counted > before
        await come(tx, [("a", "webhook", now)])
        assert await rhythms.count(tx, after=counted, keep=2 * WINDOW) == counted
        assert (await look(tx, now))["a"].events == 3
        await tx.execute(
            "UPDATE events SET accepted_at = accepted_at - interval '5 minutes' WHERE seq > $1", counted
        )
        assert (await look(tx, now))["a"].events == 3
        assert await rhythms.reached(tx) == counted + 1


async def test_days_that_nobody_asks_for_any_more_are_forgotten(world: World) -> None:
    now = datetime.now(UTC)
    async with world.db.begin() as tx:
        await tx.execute("DELETE FROM events")
        await come(tx, [("a", "poll", now - timedelta(days=days)) for days in (80, 58, 20)])
        await look(tx, now)
        kept = await tx.fetch("SELECT day FROM rhythms WHERE connection_id = 'a'")
        assert [row["day"] for row in kept] == [(now - timedelta(days=20)).date()]


async def test_an_upgrade_counts_what_is_stored_already(scratch_postgres: ScratchPostgres) -> None:
    url = await scratch_postgres.fresh_database()
    await migrate.upgrade(url, "0013")
    now = datetime.now(UTC)
    events = [("a", "webhook", now - timedelta(hours=7 * number)) for number in range(40, 0, -1)]
    connection = await asyncpg.connect(url)
    try:
        await connection.executemany(STORED, [(random_id(), *item) for item in events])
        await migrate.upgrade(url)
        upto = await rhythms.reached(connection)
        assert upto == 40
        found = await rhythms.read(connection, after=upto, now=now, window=WINDOW)
        assert {item.connection_id: item for item in found} == of(events, now)
    finally:
        await connection.close()
