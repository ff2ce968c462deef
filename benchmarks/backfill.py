"""How much of the permitted request rate a backfill uses, how often it is refused, and what an order costs.

Run: ``python benchmarks/backfill.py [--seconds 50] [--calls 100] [--window 10]``. Twins, worker and database run on
this machine; the HighLevel twin keeps the published limit (100 calls for each 10 s and location) and refuses with 429
beyond it, with the headers that the real one sends. Act! answers as fast as it can. Measured is from the first order
that is carried over on, while there is more to do; permitted is what the limit gives for that time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from machine import describe
from orderbridge.cli.demo import story
from orderbridge.cli.demo.world import World
from orderbridge.core import log, platform
from orderbridge.core.platform import event_loop_factory
from orderbridge.engine.quiet import Quiet
from orderbridge.store import backfills, connections
from orderbridge.sync import promises
from orderbridge.sync.backfill import service
from orderbridge.sync.backfill.selection import Selection
from orderbridge.sync.backfill.service import Wanted

_LOOK_S, _PATIENCE_S = 0.1, 240.0


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait for what other processes do, and give up with a message that says what did not happen."""
    ends_at = time.perf_counter() + _PATIENCE_S
    while not await holds():
        if time.perf_counter() > ends_at:
            raise SystemExit(f"benchmarks/backfill.py: {what} within {_PATIENCE_S:g} s; nothing was measured")
        await asyncio.sleep(_LOOK_S)


async def asked(world: World) -> tuple[int, int]:
    """Count the calls that the HighLevel twin answered, and those of them that it refused for their number."""
    found = (await world.control("ghl", "truth?only=requests"))["requests"]
    counted = [counts for label, counts in found.items() if "_twin" not in label]
    return sum(sum(counts.values()) for counts in counted), sum(counts.get("429", 0) for counts in counted)


async def polled(world: World) -> bool:
    """Whether the server has looked at every list once, as the product itself tells it."""
    async with world.application.db.read() as tx:
        lists = [
            one.looked_at
            for of in await promises.overviews(tx, world.application.runtime)
            for one in of.promises
        ]
    return bool(lists) and all(lists)


async def begin(world: World) -> str:
    """Let the server carry the orders over; returns the backfill's id."""
    runtime = world.application.runtime
    async with world.application.db.read() as tx:
        (connection,) = [item for item in await connections.every(tx) if item.system == "ghl"]
    wanted = Wanted(connection=connection, chosen=Selection(), quiet=Quiet())
    return (await service.start(runtime, wanted, by="a benchmark")).id


async def carried(world: World) -> int:
    """Count the orders that are carried over."""
    return int(
        await world.application.db.pool.fetchval(
            "SELECT count(DISTINCT record_id) FROM runs JOIN events ON events.id = event_id"
            " WHERE kind = 'order' AND runs.state = 'done'"
        )
    )


async def more_than(world: World, known: int) -> bool:
    """Whether orders were carried over since it was asked."""
    return await carried(world) > known


async def measure(seconds: float, limit: int, window_s: float, progress: Progress) -> dict[str, object]:
    """Let a backfill run against the limit for a while."""
    folder = Path(tempfile.mkdtemp(prefix="orderbridge-bench-"))
    platform.let_others_enter(folder)
    permitted = limit / window_s
    # So many that it is not at its end when the time is over, even at one call for each.
    orders = int(permitted * seconds * 1.2) + 50
    task = progress.add_task("selling", total=seconds)
    try:
        async with story.running_world(folder, 7, progress, poll_interval_s=3600) as world:
            # The server's own first look at the made-up history comes before everything else.
            await until(lambda: polled(world), "the server did not look at every list once")
            await world.settled(progress, task)
            for some in range(0, orders, 200):
                await world.control("ghl", "orders", {"count": min(200, orders - some), "webhooks": False})
            # A limit that was used up by the selling counts for nobody.
            await world.control(
                "ghl", "faults", {"rate_burst": limit, "rate_window_ms": int(window_s * 1000)}
            )
            # The window that is under way was used without a limit: its first call would be refused, whoever asks.
            await asyncio.sleep(window_s)
            first, refused = await asked(world)
            known = await carried(world)
            backfill_id = await begin(world)
            await until(lambda: more_than(world, known), "the backfill carried no order over")
            # From here on it is full of work: the lists are read, and orders are under way.
            began, (before, _), done = time.perf_counter(), await asked(world), await carried(world)
            progress.update(task, description="carrying over", total=seconds)
            while (took := time.perf_counter() - began) < seconds:
                progress.update(task, completed=took)
                await asyncio.sleep(_LOOK_S)
            after, refused_after = await asked(world)
            took = time.perf_counter() - began
            made = await carried(world) - done
            async with world.application.db.begin() as tx:
                await backfills.stop(tx, backfill_id, state=backfills.CANCELLED, reason="measured")
                listed = (await backfills.one(tx, backfill_id)).counts
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "machine": describe(),
        "limit": {"calls": limit, "window_s": window_s},
        "seconds": round(took, 1),
        "calls": after - before,
        "achieved_per_s": round((after - before) / took, 2),
        "permitted_per_s": permitted,
        "achieved_of_permitted": round((after - before) / took / permitted, 3),
        "refused_429": refused_after - refused,
        "orders": made,
        "calls_per_order": round((after - before) / made, 2) if made else None,
        "calls_for_lists": before - first if made else None,
        "counts": listed,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=50)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--window", type=float, default=10)
    given = parser.parse_args()
    log.configure(level="error")
    with (
        asyncio.Runner(loop_factory=event_loop_factory()) as runner,
        Progress(console=Console(stderr=True), disable=not Console(stderr=True).is_terminal) as shown,
    ):
        result = runner.run(measure(given.seconds, given.calls, given.window, shown))
    print(json.dumps(result, indent=2))
