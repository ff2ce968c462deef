"""The worker is killed around a grouped message: it arrives once, or the next one says that it may be missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from orderbridge.engine.digests import DigestSender
from support.finance import Finance, finance_channel
from support.trouble import enable_all
from support.worker_process import WorkerProcess
from support.world import TEMPLATE, MakeWorld, World

pytestmark = [
    pytest.mark.durability,
    pytest.mark.skipif(sys.platform == "win32", reason="stops processes with SIGKILL"),
]


async def digests(world: World) -> list[dict[str, Any]]:
    return await world.rows("SELECT state FROM digests ORDER BY due_at, state")


async def gathered(world: World) -> int:
    """Sell, carry over, and let the window end; returns how many lines wait."""
    await enable_all(
        world, {TEMPLATE: {}, "transactions-to-finance": {"channel": "finance", "window_minutes": 60}}
    )
    await world.sell(3, outcome="paid", currency="USD")
    await world.poll()
    await world.work_until_idle()
    await world.rows("UPDATE digests SET due_at = now()")
    return int((await world.rows("SELECT count(*) AS n FROM digest_entries"))[0]["n"])


async def killed_at(world: World, log: Path, point: str) -> None:
    environment = world.environment | {"ORDERBRIDGE_HTTP_ALLOW": "127.0.0.1"}
    process = await WorkerProcess.start(environment, log, fault=f"{point}:1")
    assert await process.ended(), process.messages()
    assert process.was_killed


def told(finance: Finance) -> list[str]:
    return [line for line in finance.lines if ", payment " in line]


@pytest.mark.parametrize(("point", "arrived"), [("digest.claimed", 0), ("digest.said", 3)])
async def test_a_worker_that_dies_around_the_sending_tells_nothing_twice_and_says_what_is_unknown(
    make_world: MakeWorld, tmp_path: Path, point: str, arrived: int
) -> None:
    async with make_world(flows=()) as world, finance_channel(world) as finance:
        assert await gathered(world) == 3
        await killed_at(world, tmp_path / "worker.log", point)
        assert await digests(world) == [{"state": "sending"}]
        assert len(told(finance)) == arrived

        sender = DigestSender(world.application.runtime)
        # Whoever may still be sending is given time.
        assert await sender.send_due() == 0
        await world.rows("UPDATE digests SET claimed_at = claimed_at - interval '1 hour'")
        assert await sender.send_due() == 1
        assert len(told(finance)) == arrived
        assert "with 3 lines may not have arrived" in finance.messages[-1]["message"]
        assert await sender.send_due() == 0


async def test_a_worker_that_dies_after_gathering_has_its_message_sent_once_by_the_next(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    async with make_world(flows=()) as world, finance_channel(world) as finance:
        await enable_all(
            world, {TEMPLATE: {}, "transactions-to-finance": {"channel": "finance", "window_minutes": 60}}
        )
        await world.sell(2, outcome="paid", currency="USD")
        await world.poll()
        log = tmp_path / "worker.log"
        # At every place where a step or a run was just done: what was gathered is gathered once.
        for point in ("write.settled", "run.done"):
            process = await WorkerProcess.start(world.environment, log, fault=f"{point}:3")
            try:
                assert await process.ended(), process.messages()
                assert process.was_killed
            finally:
                await process.kill()
        await world.work_until_idle()
        assert finance.messages == []
        await world.rows("UPDATE digests SET due_at = now()")
        sender = DigestSender(world.application.runtime)
        assert await sender.send_due() == 1
        assert await sender.send_due() == 0
        assert len(told(finance)) == len(set(told(finance))) == 2
