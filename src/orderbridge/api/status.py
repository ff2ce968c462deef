"""What the installation is doing, in numbers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from orderbridge.accounts import health
from orderbridge.proof.daily_views import overview
from orderbridge.store import alerts, inbox, lanes, run_history, sizes, switches
from orderbridge.store.database import Database


async def snapshot(db: Database, *, now: datetime) -> dict[str, Any]:
    """Return counts, connection health and what waits for a person; its cost does not grow with the history."""
    async with db.begin() as tx:
        found = {
            "deliveries": await sizes.deliveries(tx),
            "events": await sizes.events(tx),
            "runs": await sizes.runs(tx),
            "verdicts": await sizes.verdicts(tx),
        }
        return {
            **{name: size.counts for name, size in found.items()},
            # What is open or needs a person is always counted; of these the rest is an estimate.
            "estimated": sorted(name for name, size in found.items() if size.estimated),
            "lanes_open": await lanes.open_count(tx),
            "dead_groups": await run_history.dead_groups(tx),
            "dead_deliveries": len(await inbox.dead(tx)),
            "unknown_locations": await inbox.unknown(tx),
            "writes_paused": bool(await switches.read(tx, switches.WRITES_PAUSED)),
            "alerts": Counter(item.kind for item in await alerts.every(tx)),
            "daily_closes": await overview(tx),
            "connections": [item.as_object() for item in await health.every(tx, now=now)],
        }
