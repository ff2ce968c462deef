"""The product is killed while a run pauses, is resumed and is done once more: each step counts once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from orderbridge.automation import repair
from orderbridge.automation.publishing import publish
from orderbridge.automation.repair import Wish
from orderbridge.flows.model import Flow
from support.worker_process import WorkerProcess
from support.world import ACT, GHL, MakeWorld, World, until

pytestmark = [
    pytest.mark.durability,
    pytest.mark.skipif(sys.platform == "win32", reason="stops processes with SIGKILL"),
]

FLOW: dict[str, Any] = {
    "flow": "tested",
    "title": "T",
    "trigger": "ghl.order.changed@1",
    "steps": [
        {"id": "first", "action": "act.company.create@1", "with": {"name": {"text": "First {event.id}"}}},
        {
            "id": "rename",
            "action": "act.company.update@1",
            "with": {"company_id": "00000000-1111-2222-3333-444444444444", "name": "Nobody"},
            "retry": {"attempts": 3, "pause_s": 1},
        },
        {"id": "last", "action": "act.company.create@1", "with": {"name": {"text": "Last {event.id}"}}},
    ],
}


class Stops:
    """Processes that die where they are told to."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.log = world, folder / "worker.log"
        self.environment = world.environment | {
            "ORDERBRIDGE_LANE_LEASE_S": "2",
            "ORDERBRIDGE_HEARTBEAT_S": "0.5",
            "ORDERBRIDGE_SWEEP_INTERVAL_S": "0.3",
            "ORDERBRIDGE_WRITE_SETTLE_S": "0.2",
            "ORDERBRIDGE_LOG_LEVEL": "warning",
        }

    async def at(self, point: str) -> None:
        """Work until that point is reached, and die there."""
        process = await WorkerProcess.start(self.environment, self.log, fault=f"{point}:1")
        try:
            # Starting takes as long as the machine is busy.
            await process.ready()
            assert await process.ended(), f"{point} was not reached: {process.messages()}"
            assert process.was_killed
        finally:
            await process.kill()

    async def until(self, state: str) -> None:
        """Work until the newest run has come to that state."""

        async def reached() -> bool:
            [row] = await self.world.rows("SELECT state FROM runs ORDER BY started_at DESC LIMIT 1")
            return bool(row["state"] == state)

        process = await WorkerProcess.start(self.environment, self.log)
        try:
            await process.ready()
            await until(reached)
            await self.world.idle()
        finally:
            await process.kill()


async def test_pauses_resumes_and_replays_survive_every_stop(make_world: MakeWorld, tmp_path: Path) -> None:
    async with make_world(flows=()) as world:
        await publish(world.application.runtime, Flow.model_validate(FLOW), source=GHL, target=ACT)
        await world.sell(1)
        await world.poll()
        stops = Stops(world, tmp_path)

        await stops.at("step.retrying")
        await stops.at("run.parked")
        await stops.until("dead")
        [run] = await world.rows("SELECT id FROM runs")
        [count] = await world.rows("SELECT sum(times) AS n FROM step_attempts")
        [company] = await named(world, "First")
        given = {"company_id": company["id"], "name": company["name"]}
        await repair.resume(world.application.runtime, run["id"], by="me", input_=given)
        await stops.at("write.sent")
        await stops.until("done")
        held = await world.act_truth("companies")
        replay, _ = await repair.replay_run(
            world.application.runtime, run["id"], Wish(by="me", from_step="last")
        )
        await stops.at("write.looked_up")
        await stops.at("write.settled")
        await stops.until("done")

        assert count["n"] == 3
        assert len(await named(world, "First")) == len(await named(world, "Last")) == 1
        assert await world.act_truth("companies") == held
        assert await world.rows("SELECT state FROM runs WHERE id = $1", replay) == [{"state": "done"}]


async def named(world: World, begin: str) -> list[dict[str, Any]]:
    rows = (await world.act_truth("companies"))["companies"]
    return [row for row in rows if row["name"].startswith(f"{begin} ")]
