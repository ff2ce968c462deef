"""The database cuts everybody off in the middle of the work: nothing is lost, doubled, or given up for it."""

from __future__ import annotations

import asyncpg

from support.effects import count
from support.world import World, until

_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_a_worker_whose_connections_are_all_cut_goes_on_by_itself(world: World) -> None:
    await world.sell(12)
    await world.poll()
    await world.faults("act", slow_s=0.02)
    # Not from the pool: those who look on must not be cut off themselves.
    person = await asyncpg.connect(world.settings.database_url)

    async def nothing_left() -> bool:
        return not await person.fetchval("SELECT count(*) FROM lanes WHERE queued")

    async def in_the_middle() -> bool:
        return bool(await person.fetchval("SELECT count(*) FROM lanes WHERE owner IS NOT NULL"))

    async with world.working(retry_scale=0.02):
        await until(in_the_middle)
        await person.execute(_CUT)
        await until(nothing_left)
    await person.close()
    effects = await count(world)
    assert (effects.lost, effects.duplicates, effects.wrong, effects.dead) == ([], [], [], [])
