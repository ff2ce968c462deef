"""A fault of our own: tried again a few times, then put before a person, and never sooner."""

from __future__ import annotations

from orderbridge.engine.worker import LaneWorker
from support.effects import count
from support.world import World

_BREAK = "UPDATE flow_versions SET definition = definition || '{\"when\": 1}' RETURNING 1"
_MEND = "UPDATE flow_versions SET definition = definition || '{\"when\": []}'"


async def meet(world: World, worker: LaneWorker, *, times: int) -> None:
    [row] = await world.rows("SELECT key FROM lanes WHERE queued")
    for _ in range(times):
        await worker.process(row["key"])
        await world.db.pool.execute("UPDATE lanes SET retry_at = NULL")


async def broken_world(world: World) -> LaneWorker:
    await world.sell(1)
    await world.poll()
    # What was published cannot be changed, so the fault is forced in.
    await world.db.pool.execute("ALTER TABLE flow_versions DISABLE TRIGGER USER")
    assert await world.rows(_BREAK)
    runtime = world.application.runtime
    return LaneWorker(runtime, owner="w", rng=runtime.rng, retry_scale=0.001)


async def test_a_lane_that_waited_long_for_others_is_not_given_up_at_our_first_fault(world: World) -> None:
    worker = await broken_world(world)
    await world.db.pool.execute("UPDATE lanes SET attempts = 50")
    await meet(world, worker, times=2)
    assert await world.rows("SELECT 1 FROM events WHERE outcome = 'dead'") == []
    [lane] = await world.rows("SELECT queued, reason FROM lanes")
    assert lane["queued"]
    assert "unexpected" in lane["reason"]
    await world.db.pool.execute(_MEND)
    await world.work_until_idle()
    effects = await count(world)
    assert (effects.lost, effects.duplicates, effects.wrong, effects.dead) == ([], [], [], [])


async def test_a_fault_that_comes_every_time_is_put_before_a_person(world: World) -> None:
    worker = await broken_world(world)
    await meet(world, worker, times=6)
    dead = await world.rows("SELECT reason FROM events WHERE outcome = 'dead'")
    assert dead
    assert all("see the log" in row["reason"] for row in dead)
    assert await world.rows("SELECT 1 FROM lanes WHERE queued") == []
