"""Whether anything has changed: positions that move with every event, write and dead letter, and cost no look back."""

from __future__ import annotations

from orderbridge.store.database import Tx


async def taken(tx: Tx) -> dict[str, int | str | None]:
    """Return the positions; two that are equal mean that nothing happened in between."""
    row = await tx.fetchrow(
        """
        SELECT (SELECT max(seq) FROM events) AS events,
               (SELECT max(id) FROM inbox) AS deliveries,
               (SELECT count(*) FROM lanes WHERE queued) AS in_work,
               (SELECT max(started_at)::text FROM runs) AS runs,
               (SELECT count(*) FROM runs WHERE state = 'dead') AS stopped,
               (SELECT max(id) FROM closes) AS closes,
               (SELECT count(*) FROM alerts WHERE cleared_at IS NULL) AS alerts,
               (SELECT string_agg(state, ',' ORDER BY id) FROM connections) AS connections
        """
    )
    return dict(row) if row else {}
