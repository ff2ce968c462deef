"""What the installation is doing, in numbers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from orderbridge.accounts import health
from orderbridge.proof.daily_views import overview
from orderbridge.store import alerts, events, inbox, lanes, run_history, runs, switches, writes
from orderbridge.store.database import Database


async def snapshot(db: Database, *, now: datetime) -> dict[str, Any]:
    """Return counts, connection health and what waits for a person."""
    async with db.begin() as tx:
        return {
            "deliveries": await inbox.counts(tx),
            "events": await events.counts(tx),
            "runs": await runs.counts(tx),
            "verdicts": await writes.verdicts(tx),
            "lanes_open": await lanes.open_count(tx),
            "dead_groups": await run_history.dead_groups(tx),
            "dead_deliveries": len(await inbox.dead(tx)),
            "unknown_locations": await inbox.unknown(tx),
            "writes_paused": bool(await switches.read(tx, switches.WRITES_PAUSED)),
            "alerts": Counter(item.kind for item in await alerts.every(tx)),
            "daily_closes": await overview(tx),
            "connections": [item.as_object() for item in await health.every(tx, now=now)],
        }
