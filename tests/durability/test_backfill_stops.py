"""A backfill is killed again and again, the command and the worker in turn; in the end nothing is missing or doubled.

``make test`` runs a short campaign. A long one: ``make backfill``.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from random import Random

import pytest

from orderbridge.engine.faults import BACKFILL_POINTS
from orderbridge.store import backfills
from support.backfilling import begin, present
from support.command import start
from support.effects import count, people
from support.patience import PATIENCE_S
from support.worker_process import WorkerProcess
from support.world import MakeWorld, World, until

ORDERS = int(os.environ.get("ORDERBRIDGE_BACKFILL_ORDERS", "60"))
STOPS = int(os.environ.get("ORDERBRIDGE_BACKFILL_STOPS", "6"))
SEED = int(os.environ.get("ORDERBRIDGE_BACKFILL_SEED", "11"))
# A campaign on a busy machine only takes longer.
_REST_S = PATIENCE_S + 0.6 * ORDERS

pytestmark = [
    pytest.mark.durability,
    pytest.mark.timeout(int(900 + 12 * STOPS + 1.5 * ORDERS)),
    pytest.mark.skipif(sys.platform == "win32", reason="stops processes with SIGKILL"),
]


class Campaign:
    """Commands and workers that die in turn, until the backfill was stopped often enough."""

    def __init__(self, world: World, folder: Path, backfill_id: str, rng: Random) -> None:
        self.world, self.folder, self.backfill_id, self.rng = world, folder, backfill_id, rng
        self.stops: list[str] = []
        self.environment = world.environment | {
            "ORDERBRIDGE_LANE_LEASE_S": "2",
            "ORDERBRIDGE_HEARTBEAT_S": "0.5",
            "ORDERBRIDGE_SWEEP_INTERVAL_S": "0.5",
            "ORDERBRIDGE_WRITE_SETTLE_S": "0.3",
            "ORDERBRIDGE_WRITE_TIMEOUT_S": "3",
            "ORDERBRIDGE_POLL_INTERVAL_S": "3600",
            "ORDERBRIDGE_LOG_LEVEL": "warning",
        }

    async def run(self) -> None:
        """Kill until there were enough stops."""
        for number in range(STOPS):
            # Every point of the backfill's own, the others at random moments of either kind of process.
            if number < len(BACKFILL_POINTS):
                await self._command(f"{BACKFILL_POINTS[number]}:{self.rng.choice((1, 2))}")
            elif self.rng.random() < 0.6:
                await self._command(None)
            else:
                await self._worker()

    async def _command(self, fault: str | None) -> None:
        extra = {"ORDERBRIDGE_FAULT": fault} if fault else {}
        process = await start("backfill", "resume", self.backfill_id, environment=self.environment | extra)
        patience_s = 20.0 if fault else self.rng.uniform(2.0, 7.0)
        try:
            await asyncio.wait_for(process.communicate(), patience_s)
        except TimeoutError:
            process.kill()
            await process.wait()
        killed = process.returncode == -signal.SIGKILL
        assert killed or process.returncode == 0, f"the command ended by itself: {process.returncode}"
        self.stops.append(fault or "command")

    async def _worker(self) -> None:
        process = await WorkerProcess.start(self.environment, self.folder / "worker.log")
        await process.ready()
        await process.ended(within_s=self.rng.uniform(1.0, 5.0))
        await process.kill()
        self.stops.append("worker")

    async def come_to_rest(self) -> None:
        """Let a server finish it, by itself."""
        process = await WorkerProcess.start(self.environment, self.folder / "last.log")
        try:

            async def ended() -> bool:
                async with self.world.db.read() as tx:
                    return (await backfills.one(tx, self.backfill_id)).state == backfills.DONE

            await until(ended, timeout_s=_REST_S)
            await self.world.idle(timeout_s=_REST_S)
            assert process.running, process.messages()
        finally:
            await process.kill()


async def test_a_backfill_that_is_killed_at_random_moments_has_no_duplicate_and_no_gap(
    make_world: MakeWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with make_world() as world:
        before = people(await world.act_truth("contacts"))
        for some in range(0, ORDERS, 500):
            await world.sell(min(500, ORDERS - some))
        begun = await begin(world)
        campaign = Campaign(world, tmp_path, begun.id, Random(SEED))
        await campaign.run()
        await campaign.come_to_rest()
        effects = await count(world, people_before=before)
        gaps = [item for item in effects.lost if not item.startswith("task")]
        ended = await present(world, begun)
        with capsys.disabled():
            print(
                f"\nbackfill: {effects.truth.orders} orders, {len(campaign.stops)} stops, {len(gaps)} gaps, "
                f"{len(effects.duplicates)} duplicates, {len(effects.wrong)} wrong receipts; counts {ended.counts}"
            )
        assert gaps == []
        assert effects.duplicates == []
        assert effects.wrong == []
        assert effects.dead == []
        assert effects.truth.totals["ghl"] == effects.truth.totals["act"]
        handed = await world.rows(
            "SELECT count(*) AS n, count(DISTINCT lane) AS lanes FROM inbox WHERE source = 'backfill'"
        )
        assert handed[0]["n"] == handed[0]["lanes"] == ORDERS
