"""The queue library's notes do not grow for ever."""

from __future__ import annotations

from orderbridge.store import queue_tables
from support.world import World


async def test_old_job_notes_are_deleted_and_fresh_ones_stay(world: World) -> None:
    async with world.db.begin() as tx:
        for age in ("2 days", "1 minute"):
            await tx.execute(
                "INSERT INTO pgqueuer_log (created, job_id, status, priority, entrypoint)"
                f" VALUES (now() - interval '{age}', 1, 'successful', 0, 'lane')"
            )
        deleted = await queue_tables.forget_finished(tx, older_than_s=24 * 3600)
        left = await tx.fetchval("SELECT count(*) FROM pgqueuer_log WHERE created < now() - interval '1 day'")
    assert deleted == 1
    assert left == 0
