"""Backfills: what was chosen, who drives it, how far it came; its position is saved with the batch it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from orderbridge.core.errors import SetupError, TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx

PLANNED, RUNNING, PAUSED, DONE, CANCELLED = "planned", "running", "paused", "done", "cancelled"
STATES = (PLANNED, RUNNING, PAUSED, DONE, CANCELLED)
_COLUMNS = (
    "id, connection_id, state, selection, fingerprint, options, position, counts, plan, reason, asked_by, created_at, "
    "started_at, finished_at, driver, driven_until"
)


class NotDrivingError(TransientError):
    """Somebody paused or cancelled the backfill, or another process drives it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """Bounded history that is carried over.

    Attributes:
        selection: What of it: kinds, days, ids.
        fingerprint: The same for the same selection.
        options: ``with_tasks`` and ``with_messages``.
        position: How far it came.
        counts: What it has met so far.
        plan: What was found out before.
        reason: Why it waits or ended.
        started_at: What happens later is for polls and webhooks.
        driven_until: Until when nobody but ``driver`` may go on with it.
    """

    id: str
    connection_id: str
    state: str
    selection: JsonObject
    fingerprint: str
    options: JsonObject
    position: JsonObject
    counts: JsonObject
    plan: JsonObject | None
    reason: str | None
    asked_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    driver: str | None
    driven_until: datetime | None


async def add(
    tx: Tx,
    backfill_id: str,
    *,
    connection_id: str,
    selection: JsonObject,
    fingerprint: str,
    options: JsonObject,
    asked_by: str,
    plan: JsonObject | None = None,
) -> Backfill:
    """Store a new one that has not begun."""
    row = await tx.fetchrow(
        f"""
        INSERT INTO backfills (id, connection_id, state, selection, fingerprint, options, position, counts, plan,
                               asked_by)
        VALUES ($1, $2, 'planned', $3, $4, $5, '{{}}', '{{}}', $6, $7) RETURNING {_COLUMNS}
        """,  # noqa: S608 (a constant list of columns)
        backfill_id,
        connection_id,
        selection,
        fingerprint,
        options,
        plan,
        asked_by,
    )
    assert row is not None
    return Backfill(**dict(row))


async def one(tx: Tx, given: str) -> Backfill:
    """Return the backfill whose id begins with ``given``.

    Raises:
        SetupError: There is none, or there are several.
    """
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM backfills WHERE starts_with(id, $1) ORDER BY id = $1 DESC LIMIT 2",  # noqa: S608
        given,
    )
    if not given or not rows:
        raise SetupError(
            f"there is no backfill {given!r}; see 'orderbridge backfill list'", cause="backfill.missing"
        )
    if len(rows) > 1 and rows[0]["id"] != given:
        raise SetupError(
            f"several backfills begin with {given!r}; give more of the id", cause="backfill.ambiguous"
        )
    return Backfill(**dict(rows[0]))


async def every(tx: Tx, *, limit: int = 200) -> list[Backfill]:
    """List the newest backfills, newest first."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM backfills ORDER BY created_at DESC, id LIMIT $1", limit)  # noqa: S608
    return [Backfill(**dict(row)) for row in rows]


async def open_ones(tx: Tx, connection_id: str) -> list[Backfill]:
    """Return those of a connection that run or are paused."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM backfills WHERE connection_id = $1 AND state IN ('running', 'paused')",  # noqa: S608
        connection_id,
    )
    return [Backfill(**dict(row)) for row in rows]


async def undriven(tx: Tx) -> list[str]:
    """Return the ids of those that should go on and that nobody drives."""
    rows = await tx.fetch(
        """
        SELECT id FROM backfills WHERE state = 'running' AND (driven_until IS NULL OR driven_until < now())
        ORDER BY created_at
        """
    )
    return [row["id"] for row in rows]


async def begin(tx: Tx, backfill_id: str, *, now: datetime) -> None:
    """Let a planned or paused one go on; the moment of its first start is kept.

    Raises:
        SetupError: It has ended, or one of the same selection is under way.
    """
    try:
        state = await tx.fetchval(
            """
            UPDATE backfills SET state = 'running', reason = NULL, driver = NULL, driven_until = NULL,
                   started_at = coalesce(started_at, $2)
            WHERE id = $1 AND state IN ('planned', 'paused') RETURNING state
            """,
            backfill_id,
            now,
        )
    except asyncpg.UniqueViolationError as error:
        raise SetupError(
            "a backfill of the same selection is under way; 'orderbridge backfill list' shows it",
            cause="backfill.same",
        ) from error
    if state is None:
        found = await one(tx, backfill_id)
        raise SetupError(
            f"backfill {found.id[:12]} is {found.state}; only one that is planned or paused can go on",
            cause="backfill.ended",
        )


async def stop(tx: Tx, backfill_id: str, *, state: str, reason: str) -> bool:
    """Pause or cancel one; False where it has ended already. What was handed to the workers is still carried over."""
    return bool(
        await tx.fetchval(
            """
            UPDATE backfills SET state = $2, reason = $3, driver = NULL, driven_until = NULL,
                   finished_at = CASE WHEN $2 = 'cancelled' THEN now() END
            WHERE id = $1 AND state IN ('planned', 'running', 'paused') RETURNING true
            """,
            backfill_id,
            state,
            reason,
        )
    )


async def drive(tx: Tx, backfill_id: str, *, driver: str, lease_s: float) -> Backfill | None:
    """Become the one that drives it, or stay so; None where somebody else does, or it does not run."""
    row = await tx.fetchrow(
        f"""
        UPDATE backfills SET driver = $2, driven_until = now() + make_interval(secs => $3)
        WHERE id = $1 AND state = 'running' AND (driver = $2 OR driven_until IS NULL OR driven_until < now())
        RETURNING {_COLUMNS}
        """,  # noqa: S608 (a constant list of columns)
        backfill_id,
        driver,
        lease_s,
    )
    return Backfill(**dict(row)) if row else None


async def save(
    tx: Tx, backfill_id: str, *, driver: str, position: JsonObject, counts: JsonObject, ended: bool = False
) -> None:
    """Keep how far it came, with the batch that the caller's transaction holds.

    Raises:
        NotDrivingError: It is not ours to go on with; the batch must not be kept either.
    """
    ours = await tx.fetchval(
        """
        UPDATE backfills SET position = $3, counts = $4, reason = NULL,
               state = CASE WHEN $5 THEN 'done' ELSE state END,
               finished_at = CASE WHEN $5 THEN now() END,
               driven_until = CASE WHEN $5 THEN NULL ELSE driven_until END
        WHERE id = $1 AND state = 'running' AND driver = $2 RETURNING true
        """,
        backfill_id,
        driver,
        position,
        counts,
        ended,
    )
    if not ours:
        raise NotDrivingError(
            f"backfill {backfill_id[:12]} was stopped, or another process goes on with it",
            cause="backfill.not_driving",
        )


async def explain(tx: Tx, backfill_id: str, *, driver: str, reason: str | None) -> None:
    """Say why it waits."""
    await tx.execute(
        """
        UPDATE backfills SET reason = $3
        WHERE id = $1 AND driver = $2 AND state = 'running' AND reason IS DISTINCT FROM $3
        """,
        backfill_id,
        driver,
        reason,
    )


async def options(tx: Tx, backfill_id: str) -> JsonObject:
    """Return what a backfill may do besides; one that is not known any more may nothing."""
    found: JsonObject | None = await tx.fetchval("SELECT options FROM backfills WHERE id = $1", backfill_id)
    return found or {}
