"""What the installation is doing, in numbers."""

from __future__ import annotations

from typing import Any

from orderbridge.accounts.act_webhook_watch import health_of
from orderbridge.store import connections, events, inbox, lanes, runs, switches, writes
from orderbridge.store.connections import Connection
from orderbridge.store.database import Database


async def snapshot(db: Database) -> dict[str, Any]:
    """Return counts, connection health and what waits for a person."""
    async with db.begin() as tx:
        every = await connections.every(tx)
        return {
            "deliveries": await inbox.counts(tx),
            "events": await events.counts(tx),
            "runs": await runs.counts(tx),
            "verdicts": await writes.verdicts(tx),
            "lanes_open": await lanes.open_count(tx),
            "dead_groups": await runs.dead_groups(tx),
            "dead_deliveries": len(await inbox.dead(tx)),
            "unknown_locations": await inbox.unknown(tx),
            "writes_paused": bool(await switches.read(tx, switches.WRITES_PAUSED)),
            "connections": [
                {
                    "name": item.name,
                    "system": item.system,
                    "mode": item.mode,
                    "account": item.account,
                    "state": item.state,
                    "reason": item.state_reason,
                    "webhooks": _webhooks(item),
                }
                for item in every
            ],
        }


def _webhooks(item: Connection) -> dict[str, str] | None:
    health = health_of(item)
    return None if health is None else {"state": health.state, "says": health.says}
