"""The product is killed again and again while orders come in; in the end both twins hold the same, once.

``make test`` runs a short campaign. A long one: ``ORDERBRIDGE_DURABILITY_STOPS=200``.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from orderbridge.automation import repair
from orderbridge.automation.repair import Wish
from orderbridge.core.errors import FlowError
from orderbridge.core.serving import free_port
from orderbridge.engine.faults import POINTS
from support.effects import count, people, trace
from support.worker_process import WorkerProcess
from support.world import MakeWorld, World

STOPS = int(os.environ.get("ORDERBRIDGE_DURABILITY_STOPS", "24"))
SEED = int(os.environ.get("ORDERBRIDGE_DURABILITY_SEED", "7"))
# How long a process may take to reach its fault point before it is killed wherever it is.
_PATIENCE_S = 5.0
_ORDERS_AT_A_TIME = 4
# A busy machine makes the campaign longer, which is no reason to sell more.
_MOST_ORDERS = 4 * STOPS

pytestmark = [
    pytest.mark.durability,
    pytest.mark.timeout(900 + 12 * STOPS),
    pytest.mark.skipif(sys.platform == "win32", reason="stops processes with SIGKILL"),
]

_TROUBLES_GHL = (
    {"throttle_429": 2, "throttle_retry_after_s": 1},
    {"html_error": 2},
    {"error_500_before": 2},
    {"webhook_duplicate": 1, "webhook_reorder": True},
    {"webhook_lose": 2},
    {"slow_s": 0.2},
)
_TROUBLES_ACT = (
    {"error_500_after_write": 3},
    {"drop_after_write": 3},
    {"error_500_before": 3},
    {"throttle_429": 2},
    {"slow_s": 0.1},
    {"error_500_after_write": {"count": 2, "match": "POST /api/opportunities"}},
    {"drop_after_write": {"count": 2, "match": "POST /api/contacts"}},
)
_QUIET_GHL = {
    "throttle_429": False, "html_error": False, "error_500_before": False, "webhook_duplicate": 0,
    "webhook_reorder": False, "webhook_lose": False, "slow_s": 0,
}  # fmt: skip
_QUIET_ACT = {
    "error_500_after_write": 0, "drop_after_write": 0, "error_500_before": 0, "throttle_429": 0, "slow_s": 0,
}  # fmt: skip


class Campaign:
    """Two processes that die in turn, and a shop that goes on selling."""

    def __init__(self, world: World, folder: Path, rng: Random) -> None:
        self.world, self.rng = world, rng
        self.folder = folder
        self.stops = 0
        self.at_points: dict[str, int] = {}
        self.orders: list[str] = []
        self._plans = self._planned()
        self.port = free_port()
        self.environment = world.environment | {
            "ORDERBRIDGE_PORT": str(self.port),
            "ORDERBRIDGE_LANE_LEASE_S": "2",
            "ORDERBRIDGE_HEARTBEAT_S": "0.5",
            "ORDERBRIDGE_SWEEP_INTERVAL_S": "0.5",
            "ORDERBRIDGE_WRITE_SETTLE_S": "0.3",
            "ORDERBRIDGE_WRITE_TIMEOUT_S": "3",
            "ORDERBRIDGE_POLL_INTERVAL_S": "2",
            "ORDERBRIDGE_LOG_LEVEL": "warning",
        }

    def _planned(self) -> list[str | None]:
        """Every fault point, then as many random moments as needed, in a random order."""
        plans: list[str | None] = []
        while len(plans) < STOPS:
            block: list[str | None] = [f"{point}:{self.rng.choice((1, 1, 2, 3, 5))}" for point in POINTS]
            block += [None] * 6
            self.rng.shuffle(block)
            plans += block
        return plans

    async def run(self) -> None:
        """Sell and kill until there were enough stops."""
        selling = asyncio.create_task(self._sell())
        try:
            await asyncio.gather(self._slot("all"), self._slot("worker"))
        finally:
            selling.cancel()
            await asyncio.gather(selling, return_exceptions=True)

    async def _slot(self, role: str) -> None:
        while self.stops < STOPS:
            plan = self._next(role)
            process = await WorkerProcess.start(
                self.environment, self.folder / f"{role}.log", role=role, fault=plan
            )
            try:
                if plan or self.rng.random() < 0.7:
                    # Starting takes as long as the machine is busy; some die in it, the others get to work.
                    await process.ready()
                patience_s = _PATIENCE_S if plan else self.rng.uniform(1.5, 4.0)
                by_itself = await process.ended(within_s=patience_s)
                assert not by_itself or process.was_killed, f"it ended by itself: {process.messages()}"
            finally:
                await process.kill()
            if self.stops < STOPS:
                self.stops += 1
                name = (plan or "anywhere").partition(":")[0] if by_itself or not plan else "anywhere"
                self.at_points[name] = self.at_points.get(name, 0) + 1

    def _next(self, role: str) -> str | None:
        """Take the next plan that this role can meet: only the one that takes webhooks in stores any."""
        for number, plan in enumerate(self._plans):
            if role == "all" or plan is None or not plan.startswith("inbox."):
                return self._plans.pop(number)
        return None

    async def _sell(self) -> None:
        while True:
            if self.rng.random() < 0.5:
                await self.world.faults("ghl", **self.rng.choice(_TROUBLES_GHL))
            if self.rng.random() < 0.6:
                await self.world.faults("act", **self.rng.choice(_TROUBLES_ACT))
            if len(self.orders) < _MOST_ORDERS:
                sold = await self.world.sell(self.rng.randint(1, _ORDERS_AT_A_TIME), webhooks=True)
                self.orders += sold["orders"]
            await self._change(self.rng.choice(self.orders))
            await self._once_more()
            await asyncio.sleep(self.rng.uniform(0.1, 0.5))
            await self._quiet()
            await asyncio.sleep(self.rng.uniform(0.1, 0.5))

    async def _change(self, order_id: str) -> None:
        """Refund, fulfil or edit an order that was sold before."""
        what = self.rng.choice(("refund", "fulfil", "edit"))
        body = {"status": self.rng.choice(("pending", "completed", "cancelled"))} if what == "edit" else {}
        try:
            await self.world.control("ghl", f"orders/{order_id}/{what}", body)
        except AssertionError as error:
            # Nothing is left to refund or to hand over.
            if ": 400 " not in str(error):
                raise

    async def _once_more(self) -> None:
        """Replay a run that ended, whatever the processes are doing."""
        ended = await self.world.rows("SELECT id FROM runs WHERE state IN ('done', 'nothing') ORDER BY id")
        if ended:
            run = self.rng.choice(ended)["id"]
            with suppress(FlowError):
                # Done once more just now, and not finished yet.
                await repair.replay_run(self.world.application.runtime, run, Wish(by="the campaign"))

    async def _quiet(self) -> None:
        await self.world.faults("ghl", **_QUIET_GHL)
        await self.world.faults("act", **_QUIET_ACT)

    async def come_to_rest(self) -> None:
        """Let one process finish everything, with no more trouble."""
        await self._quiet()
        process = await WorkerProcess.start(self.environment, self.folder / "last.log", role="all")
        try:
            await self.world.webhooks_arrived()
            await self.world.idle()
            await self.world.poll()
            await self.world.idle()
            await self._once_more()
            await self.world.idle()
            assert process.running, process.messages()
        finally:
            await process.kill()


async def test_nothing_is_lost_doubled_or_told_wrongly_however_often_it_is_killed(
    make_world: MakeWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with make_world() as world:
        before = people(await world.act_truth("contacts"))
        campaign = Campaign(world, tmp_path, Random(SEED))
        await world.control("ghl", "webhooks/url", {"url": f"http://127.0.0.1:{campaign.port}/hooks/ghl"})
        await campaign.run()
        await campaign.come_to_rest()
        effects = await count(world, people_before=before)
        with capsys.disabled():
            print(f"\n{effects.summary(campaign.stops)}")
            print(
                f"  {effects.truth.orders} orders, {effects.truth.transactions} transactions, "
                f"{effects.receipts} receipts; stopped at {dict(sorted(campaign.at_points.items()))}"
            )
        if effects.details():
            ids = sorted(set(re.findall(r"[0-9a-f]{24}", effects.details())))[:6]
            traces = [await trace(world, record_id) for record_id in ids]
            pytest.fail("\n".join([effects.details(), *traces]), pytrace=False)
        assert effects.truth.totals["ghl"] == effects.truth.totals["act"]
        replays = await world.rows(
            "SELECT state, count(*) FROM runs WHERE replayed_from IS NOT NULL GROUP BY state"
        )
        assert {"done", "nothing"} & {row["state"] for row in replays}, [dict(row) for row in replays]
        assert campaign.stops >= STOPS
