"""When flows went live and were taken back, and what they wrote in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class WentLive:
    """One time that a flow went live.

    Attributes:
        version_before: What ran on the live pair before; None where nothing did.
    """

    id: str
    flow_id: str
    version: int
    version_before: int | None
    switched_by: str
    switched_at: datetime


async def switch(
    tx: Tx,
    *,
    entry_id: str,
    flow_id: str,
    version: int,
    version_before: int | None,
    checks: list[JsonObject],
    by: str,
    at: datetime,
) -> None:
    """Note that a flow goes live; a newer version of a live flow takes the place of the entry before."""
    await tx.execute(
        "UPDATE go_lives SET taken_back_at = $2, taken_back_by = $3 WHERE flow_id = $1 AND taken_back_at IS NULL",
        flow_id,
        at,
        by,
    )
    await tx.execute(
        """
        INSERT INTO go_lives (id, flow_id, version, version_before, checks, switched_by, switched_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        entry_id,
        flow_id,
        version,
        version_before,
        checks,
        by,
        at,
    )


async def now(tx: Tx, flow_id: str) -> WentLive | None:
    """Return how a flow went live, None where it is not live."""
    row = await tx.fetchrow(
        "SELECT id, flow_id, version, version_before, switched_by, switched_at FROM go_lives"
        " WHERE flow_id = $1 AND taken_back_at IS NULL",
        flow_id,
    )
    return WentLive(**dict(row)) if row else None


async def take_back(tx: Tx, flow_id: str, *, by: str, at: datetime) -> None:
    """Note that a flow is live no more."""
    await tx.execute(
        "UPDATE go_lives SET taken_back_at = $2, taken_back_by = $3 WHERE flow_id = $1 AND taken_back_at IS NULL",
        flow_id,
        at,
        by,
    )


async def written_since(tx: Tx, flow_id: str, since: datetime) -> list[dict[str, Any]]:
    """Return what a flow has written: each kind of record with verdict, how many, and the first ids."""
    rows = await tx.fetch(
        """
        SELECT receipts.kind, verdict, count(*)::int AS records,
               (array_agg(target_id ORDER BY settled_at))[1:10] AS first_ids
        FROM receipts JOIN runs ON runs.id = receipts.run_id
        WHERE runs.flow_id = $1 AND settled_at >= $2 AND verdict NOT IN ('unchanged', 'refused')
        GROUP BY receipts.kind, verdict ORDER BY receipts.kind, verdict
        """,
        flow_id,
        since,
    )
    return [dict(row) for row in rows]
