"""Dry runs that somebody has looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A dry run that was looked at.

    Attributes:
        fingerprint: Of the flow's definition: another version is another try.
        event_ids: What it was tried on.
        outcomes: How many events came to what.
        tried_by: Who looked at it.
    """

    id: str
    flow: str
    fingerprint: str
    source_connection: str
    target_connection: str
    event_ids: Sequence[str]
    outcomes: Mapping[str, int]
    tried_by: str
    tried_at: datetime


async def keep(tx: Tx, looked: Looked) -> None:
    """Remember a dry run."""
    await tx.execute(
        """
        INSERT INTO tries (id, flow, fingerprint, source_connection, target_connection, event_ids, outcomes,
                           tried_by, tried_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        looked.id,
        looked.flow,
        looked.fingerprint,
        looked.source_connection,
        looked.target_connection,
        list(looked.event_ids),
        dict(looked.outcomes),
        looked.tried_by,
        looked.tried_at,
    )


async def newest(
    tx: Tx, *, fingerprint: str, source_connection: str, target_connection: str
) -> Looked | None:
    """Return the last dry run of this very definition between these accounts."""
    row = await tx.fetchrow(
        """
        SELECT id, flow, fingerprint, source_connection, target_connection, event_ids, outcomes, tried_by, tried_at
        FROM tries WHERE fingerprint = $1 AND source_connection = $2 AND target_connection = $3
        ORDER BY tried_at DESC LIMIT 1
        """,
        fingerprint,
        source_connection,
        target_connection,
    )
    return Looked(**dict(row)) if row else None
