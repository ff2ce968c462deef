"""From a webhook to a proved write in Act!: latency when idle, proved writes a second under load, calls per order.

Run: ``python benchmarks/end_to_end.py [--orders 300] [--singles 30]``. Twins, server and database run as their
own processes on this machine; the twins answer without latency of their own. Times are the database's: from the
commit of the delivery to the commit of the opportunity's receipt.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from pathlib import Path

from rich.progress import Progress

from machine import describe
from orderbridge.cli.demo import story
from orderbridge.cli.demo.world import LOOK_S, World
from orderbridge.core import log, platform
from orderbridge.core.platform import event_loop_factory

_LATENCY = """
    SELECT extract(epoch FROM r.settled_at - i.received_at)::float8 * 1000 AS ms
    FROM receipts r
    JOIN LATERAL (SELECT min(received_at) AS received_at FROM inbox
                  WHERE record_id = r.reference AND source = 'webhook') i ON true
    WHERE r.kind = 'opportunity' AND i.received_at > $1
      AND r.settled_at = (SELECT min(settled_at) FROM receipts x WHERE x.kind = r.kind AND x.reference = r.reference)
    ORDER BY 1
"""


def percentile(values: list[float], share: float) -> float:
    """Return the value below which ``share`` of ``values`` lie."""
    return round(values[min(len(values) - 1, int(len(values) * share))], 1) if values else float("nan")


async def calls(world: World) -> dict[str, int]:
    """Count what the Act! twin was asked: HTTP calls, and writes with those inside batches."""
    found = (await world.control("act", "truth?only=requests"))["requests"]
    writes = sum(
        count
        for label, count in found["by_route"].items()
        if label.split(" ")[0] in ("POST", "PUT", "PATCH", "DELETE")
        and "$batch" not in label
        and "sync-data" not in label
    )
    ghl = (await world.control("ghl", "truth?only=requests"))["requests"]
    return {
        "act_calls": found["total"] - found["batch_parts"],
        "act_writes": writes,
        "ghl_calls": sum(n for label, c in ghl.items() if "_twin" not in label for n in c.values()),
    }


async def latencies(world: World, since: object) -> list[float]:
    """Read webhook-to-receipt times out of the database."""
    rows = await world.application.db.pool.fetch(_LATENCY, since)
    return [row["ms"] for row in rows]


async def measure(orders: int, singles: int) -> dict[str, object]:
    """Measure one order at a time, then many at once."""
    folder = Path(tempfile.mkdtemp(prefix="orderbridge-bench-"))
    platform.let_others_enter(folder)
    progress = Progress(disable=True)
    task = progress.add_task("bench")
    try:
        async with story.running_world(folder, 7, progress, poll_interval_s=3600) as world:
            await world.control("ghl", "orders", {"count": 20})
            await world.settled(progress, task)
            since = await world.application.db.pool.fetchval("SELECT now()")
            for _ in range(singles):
                await world.control("ghl", "orders", {"count": 1})
                await world.settled(progress, task)
            idle = await latencies(world, since)
            before, since = await calls(world), await world.application.db.pool.fetchval("SELECT now()")
            began = time.perf_counter()
            await world.control("ghl", "orders", {"count": orders})
            await world.settled(progress, task)
            # The last half second of waiting for quiet is no work.
            took = time.perf_counter() - began - 2 * LOOK_S
            after = await calls(world)
            loaded = await latencies(world, since)
            verdicts = await world.application.db.pool.fetch(
                "SELECT verdict, count(*) AS n FROM receipts WHERE settled_at > $1 GROUP BY verdict", since
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    made = {key: after[key] - before[key] for key in after}
    return {
        "machine": describe(),
        "idle": {"orders": len(idle), "p50_ms": percentile(idle, 0.5), "p95_ms": percentile(idle, 0.95)},
        "load": {
            "orders": orders,
            "seconds": round(took, 1),
            "orders_per_s": round(orders / took, 1),
            "proved_api_writes_per_s": round(made["act_writes"] / took),
            "receipts": {row["verdict"]: row["n"] for row in verdicts},
            "p50_ms": percentile(loaded, 0.5),
            "p95_ms": percentile(loaded, 0.95),
        },
        "calls_per_order": {
            "act": round(made["act_calls"] / orders, 1),
            "act_writes": round(made["act_writes"] / orders, 1),
            "highlevel": round(made["ghl_calls"] / orders, 1),
        },
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--singles", type=int, default=30)
    given = parser.parse_args()
    log.configure(level="error")
    with asyncio.Runner(loop_factory=event_loop_factory()) as runner:
        print(json.dumps(runner.run(measure(given.orders, given.singles)), indent=2))
