"""How much waits where an account takes part: its own changes, and those of flows that lead to it."""

from __future__ import annotations

from orderbridge.store import alerts, flows
from orderbridge.store.database import Tx


async def waiting_at(tx: Tx) -> dict[str, int]:
    """Return how many changes wait, by connection id; none is left out, and zero is not in it."""
    own = {key: item.count for key, item in (await alerts.waiting(tx)).items()}
    sources: dict[str, set[str]] = {key: {key} for key in own}
    for flow in await flows.every(tx):
        if flow.source_connection in own:
            sources.setdefault(flow.target_connection, set()).add(flow.source_connection)
    return {key: sum(own.get(source, 0) for source in found) for key, found in sources.items()}
