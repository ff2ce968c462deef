"""Journeys to the consent page and back: each may be opened by one browser and used once, for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One journey.

    Attributes:
        wanted: What shall be connected, and with which scopes.
        outcome: What came of it; None while nobody has come back.
        opened_at: When a browser set out; ``used_at`` when it came back.
    """

    id: str
    app_id: str
    wanted: JsonObject
    outcome: JsonObject | None
    expires_at: datetime
    opened_at: datetime | None
    used_at: datetime | None


_COLUMNS = "id, app_id, wanted, outcome, expires_at, opened_at, used_at"
_KEEP = "30 days"


async def begin(
    tx: Tx, *, sign_in_id: str, app_id: str, start_hash: str, wanted: JsonObject, expires_at: datetime
) -> None:
    """Store a new journey and forget those of long ago."""
    await tx.execute("DELETE FROM sign_ins WHERE begun_at < now() - $1::text::interval", _KEEP)
    await tx.execute(
        "INSERT INTO sign_ins (id, app_id, start_hash, wanted, expires_at) VALUES ($1, $2, $3, $4, $5)",
        sign_in_id,
        app_id,
        start_hash,
        wanted,
        expires_at,
    )


async def open_once(
    tx: Tx,
    *,
    start_hash: str,
    known_cookie_hashes: Sequence[str],
    state_hash: str,
    cookie_hash: str,
    now: datetime,
) -> SignIn | None:
    """Let a browser set out: the first one, and after that only the same one again.

    Args:
        start_hash: Of the start token in the address.
        known_cookie_hashes: Of the cookies that the browser has already.
        state_hash: Of the state that goes along.
        cookie_hash: Of the cookie that the browser gets now.
        now: The time.

    Returns:
        None when there is no such journey, another browser took it, it is over, or its time is.
    """
    row = await tx.fetchrow(
        f"""
        UPDATE sign_ins SET state_hash = $3, cookie_hash = $4, opened_at = coalesce(opened_at, $5)
        WHERE start_hash = $1 AND used_at IS NULL AND expires_at > $5
          AND (opened_at IS NULL OR cookie_hash = ANY($2::text[]))
        RETURNING {_COLUMNS}
        """,  # noqa: S608 (a constant list of columns)
        start_hash,
        list(known_cookie_hashes),
        state_hash,
        cookie_hash,
        now,
    )
    return SignIn(**dict(row)) if row else None


async def use_by_state(
    tx: Tx, state_hash: str, cookie_hashes: Sequence[str], *, now: datetime
) -> SignIn | None:
    """Take the journey of a state, once, for the browser that began it; None when it is unknown, used or expired."""
    row = await tx.fetchrow(
        f"""
        UPDATE sign_ins SET used_at = $3
        WHERE state_hash = $1 AND cookie_hash = ANY($2::text[]) AND used_at IS NULL AND expires_at > $3
        RETURNING {_COLUMNS}
        """,  # noqa: S608 (a constant list of columns)
        state_hash,
        list(cookie_hashes),
        now,
    )
    return SignIn(**dict(row)) if row else None


async def use_by_cookie(tx: Tx, cookie_hashes: Sequence[str], *, now: datetime) -> SignIn | None:
    """Take the one journey that a browser is on, once; None when there is none, or several."""
    row = await tx.fetchrow(
        f"""
        WITH open AS (
            SELECT id FROM sign_ins WHERE cookie_hash = ANY($1::text[]) AND used_at IS NULL AND expires_at > $2
        )
        UPDATE sign_ins SET used_at = $2
        WHERE id IN (SELECT id FROM open) AND (SELECT count(*) FROM open) = 1 AND used_at IS NULL
        RETURNING {_COLUMNS}
        """,  # noqa: S608 (a constant list of columns)
        list(cookie_hashes),
        now,
    )
    return SignIn(**dict(row)) if row else None


async def finish(tx: Tx, sign_in_id: str, outcome: JsonObject) -> None:
    """Note what came of a journey."""
    await tx.execute("UPDATE sign_ins SET outcome = $2 WHERE id = $1", sign_in_id, outcome)


async def by_id(tx: Tx, sign_in_id: str) -> SignIn | None:
    """Return one journey."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM sign_ins WHERE id = $1", sign_in_id)  # noqa: S608
    return SignIn(**dict(row)) if row else None
