"""Sessions of the web app. Only hashes of their tokens are stored: whoever reads the database is not let in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody's session, with the user as stored now.

    Attributes:
        seen_at: When it was used last, give or take a minute.
        expires_at: When it ends at the latest, however much it is used.
    """

    token_hash: str
    user_id: str
    name: str
    role: str
    seen_at: datetime
    expires_at: datetime


async def begin(tx: Tx, *, token_hash: str, user_id: str, now: datetime, expires_at: datetime) -> None:
    """Store a new session."""
    await tx.execute(
        "INSERT INTO sessions (token_hash, user_id, seen_at, expires_at, created_at) VALUES ($1, $2, $3, $4, $3)",
        token_hash,
        user_id,
        now,
        expires_at,
    )


async def prune(tx: Tx, *, now: datetime, idle_since: datetime) -> None:
    """Forget the sessions whose time is over or that nobody has used since ``idle_since``."""
    await tx.execute("DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2", now, idle_since)


async def find(tx: Tx, token_hash: str, *, now: datetime, idle_since: datetime) -> Session | None:
    """Return a session that still lasts."""
    row = await tx.fetchrow(
        """
        SELECT s.token_hash, s.user_id, u.name, u.role, s.seen_at, s.expires_at
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3
        """,
        token_hash,
        now,
        idle_since,
    )
    return Session(**dict(row)) if row else None


async def seen(tx: Tx, token_hash: str, *, now: datetime) -> None:
    """Note that a session is in use."""
    await tx.execute(
        "UPDATE sessions SET seen_at = greatest(seen_at, $2) WHERE token_hash = $1", token_hash, now
    )


async def end(tx: Tx, token_hash: str) -> None:
    """End one session."""
    await tx.execute("DELETE FROM sessions WHERE token_hash = $1", token_hash)


async def end_all(tx: Tx, user_id: str, *, but: str | None = None) -> int:
    """End the sessions of a user, but the one with the hash ``but``, and return how many those were."""
    ended = await tx.fetch(
        "DELETE FROM sessions WHERE user_id = $1 AND token_hash IS DISTINCT FROM $2 RETURNING true",
        user_id,
        but,
    )
    return len(ended)
