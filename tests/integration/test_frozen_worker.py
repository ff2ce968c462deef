"""A worker that is frozen past its lease and then woken has nothing left to say."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from orderbridge.core.clock import SystemClock
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.worker import LaneWorker
from orderbridge.store import lanes
from support.effects import count, people
from support.worker_process import WorkerProcess
from support.world import ACT, MakeWorld, World, until

LEASE_S = 1.0


class JumpingClock(SystemClock):
    """The machine's clock, moved on when told: what a frozen process sees when it wakes."""

    def __init__(self) -> None:
        self.jumped_s = 0.0

    def monotonic_s(self) -> float:
        return time.monotonic() + self.jumped_s


@pytest.mark.skipif(sys.platform == "win32", reason="freezes a process with SIGSTOP")
@pytest.mark.parametrize("slow_s", [0.0, 0.05])
async def test_a_process_that_was_frozen_in_the_middle_of_its_writes_doubles_nothing(
    make_world: MakeWorld, tmp_path: Path, slow_s: float
) -> None:
    async with make_world() as world:
        before = people(await world.act_truth("contacts"))
        environment = world.environment | {
            "ORDERBRIDGE_LANE_LEASE_S": f"{LEASE_S:g}",
            "ORDERBRIDGE_HEARTBEAT_S": "0.3",
            "ORDERBRIDGE_SWEEP_INTERVAL_S": "0.3",
            "ORDERBRIDGE_POLL_INTERVAL_S": "600",
            "ORDERBRIDGE_LOG_LEVEL": "warning",
        }
        await world.sell(40)
        # Slow enough to be caught in the act.
        await world.faults("act", slow_s=0.2)
        process = await WorkerProcess.start(environment, tmp_path / "frozen.log")
        try:

            async def in_the_middle() -> bool:
                opportunities = (await world.act_truth("opportunities"))["opportunities"]
                return sum(row["source"] == "HighLevel" for row in opportunities) >= 4

            await until(in_the_middle)
            process.freeze()
            held = await world.rows("SELECT key FROM lanes WHERE owner IS NOT NULL")
            assert held
            await world.faults("act", slow_s=slow_s)
            # Somebody else takes over what the frozen one held, and finishes it.
            await world.work_until_idle()
            done = await count(world, people_before=before)
            assert (done.lost, done.duplicates, done.wrong) == ([], [], [])
            requests = (await world.act_truth("requests"))["requests"]["by_route"]
            process.thaw()

            async def noticed() -> bool:
                return "lost" in process.messages() or "ran out" in process.messages()

            await until(noticed)
            await asyncio.sleep(0.5)
            assert process.running, process.messages()
        finally:
            await process.kill()
        after = (await world.act_truth("requests"))["requests"]["by_route"]
        written = {
            route: number - requests.get(route, 0)
            for route, number in after.items()
            if not route.startswith("GET") and number != requests.get(route, 0)
        }
        effects = await count(world, people_before=before)
        assert (effects.lost, effects.duplicates, effects.wrong, effects.dead) == ([], [], [], []), written
        assert effects.truth.totals["ghl"] == effects.truth.totals["act"]


class SleepyPair:
    """Two contacts to write; between the first and the second the process is frozen (a ``WriteSet``)."""

    system = "act"
    kind = "contact"
    reference = "pair"
    wanted: JsonObject = {"count": 2}
    known_absent = True

    def __init__(self, client: Any, clock: JumpingClock) -> None:
        self.client, self.clock = client, clock

    async def read(self) -> JsonObject | None:
        return None

    async def send(self, actual: JsonObject | None) -> None:
        for name in ("First", "Second"):
            await self.client.http.call(
                "POST", "/api/contacts", body={"firstName": name, "lastName": "Sleepy"}
            )
            self.clock.jumped_s += 3600


async def test_a_write_of_several_calls_stops_where_its_lease_ran_out(make_world: MakeWorld) -> None:
    clock = JumpingClock()
    async with make_world(clock=clock) as world:
        await run_pair(world, clock)
        rows = (await world.act_truth("contacts"))["contacts"]
        assert [row["firstName"] for row in rows if row["lastName"] == "Sleepy"] == ["First"]
        assert await world.rows("SELECT 1 FROM receipts WHERE reference = 'pair'") == []


async def run_pair(world: World, clock: JumpingClock) -> None:
    from orderbridge.engine.writes import Writer
    from orderbridge.store.lanes import LaneLostError

    await world.db.pool.execute(
        "INSERT INTO lanes (key, connection_id, kind, record_id, queued) VALUES ('k', 'c', 'order', 'o', true)"
    )
    async with world.db.begin() as tx:
        lane = await lanes.take(tx, "k", owner="w", lease_s=30)
    assert lane is not None
    deadline_s = clock.monotonic_s() + 30

    def still_ours() -> None:
        if clock.monotonic_s() >= deadline_s:
            raise LaneLostError("the lease ran out", cause="lane.lost")

    writer = Writer(
        db=world.db,
        lane=lane,
        run_id="r",
        step="s",
        connections={"act": world.connections[ACT]},
        revision=1,
        still_ours=still_ours,
        brake=world.application.runtime.brake,
    )
    client = await world.application.runtime.act(world.connections[ACT])
    with pytest.raises(LaneLostError):
        await writer.prove(SleepyPair(client, clock))


async def test_a_worker_whose_clock_jumped_past_its_lease_sends_nothing_and_the_lane_is_done_by_others(
    make_world: MakeWorld,
) -> None:
    clock = JumpingClock()
    async with make_world(clock=clock, lane_lease_s=1, heartbeat_s=0.3) as world:
        await world.sell(1)
        await world.poll()
        [row] = await world.rows("SELECT key FROM lanes WHERE queued")
        runtime = world.application.runtime
        sleeper = LaneWorker(runtime, owner="sleeper", rng=runtime.rng)
        await runtime.profile(world.connections[ACT])
        clock_of_sleeper = asyncio.create_task(sleeper.process(row["key"]))

        async def taken() -> bool:
            return bool(await world.rows("SELECT 1 FROM lanes WHERE owner = 'sleeper'"))

        await until(taken)
        clock.jumped_s += 3600
        await clock_of_sleeper
        await world.db.pool.execute(
            "UPDATE lanes SET lease_until = now() - interval '1 s' WHERE owner IS NOT NULL"
        )
        await world.work_until_idle()
        effects = await count(world)
        assert (effects.lost, effects.duplicates, effects.wrong, effects.dead) == ([], [], [], [])


async def test_nothing_is_sent_so_late_that_the_next_holder_could_look_before_it_arrives(
    make_world: MakeWorld,
) -> None:
    async with make_world(lane_lease_s=3, heartbeat_s=1, write_settle_s=2) as world:
        await world.sell(1)
        await world.poll()
        [row] = await world.rows("SELECT key FROM lanes WHERE queued")
        runtime = world.application.runtime
        await runtime.profile(world.connections[ACT])
        before = (await world.act_truth("requests"))["requests"]["by_route"]
        # Reading takes so long that the lease, which nobody renews here, is nearly over.
        await world.faults("ghl", slow_s={"count": 1, "value": 1.8})
        await LaneWorker(runtime, owner="slow", rng=runtime.rng).process(row["key"])
        [lane] = await world.rows("SELECT owner, queued FROM lanes")
        assert lane == {"owner": "slow", "queued": True}
        after = (await world.act_truth("requests"))["requests"]["by_route"]
        assert after == before
        await world.work_until_idle()
        assert (await count(world)).lost == []
