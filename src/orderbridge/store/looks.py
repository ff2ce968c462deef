"""When each list was looked at last, and how that ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLook:
    """The last look at a list.

    Attributes:
        every_s: How often it is looked at, at most.
        error: Why it could not be read; None where it could.
        failing_since: Since when it cannot be read.
    """

    connection_id: str
    stream: str
    looked_at: datetime
    every_s: float
    error: str | None
    failing_since: datetime | None


async def note(
    tx: Tx, connection_id: str, stream: str, *, every_s: float, error: str | None, now: datetime
) -> None:
    """Note that a look at a list has ended."""
    await tx.execute(
        """
        INSERT INTO stream_looks AS s (connection_id, stream, looked_at, every_s, error, failing_since)
        VALUES ($1, $2, $3, $4, $5, CASE WHEN $5::text IS NOT NULL THEN $3::timestamptz END)
        ON CONFLICT (connection_id, stream) DO UPDATE
           SET looked_at = excluded.looked_at, every_s = excluded.every_s, error = excluded.error,
               failing_since = CASE WHEN excluded.error IS NOT NULL
                                    THEN coalesce(s.failing_since, excluded.looked_at) END
        """,
        connection_id,
        stream,
        now,
        every_s,
        error,
    )


async def keep_only(tx: Tx, connection_id: str, streams: Sequence[str]) -> None:
    """Forget the lists of a connection that are not looked at any more."""
    await tx.execute(
        "DELETE FROM stream_looks WHERE connection_id = $1 AND stream <> ALL($2::text[])",
        connection_id,
        list(streams),
    )


async def every(tx: Tx) -> list[StreamLook]:
    """List the last look at each list."""
    rows = await tx.fetch(
        "SELECT connection_id, stream, looked_at, every_s, error, failing_since FROM stream_looks"
        " ORDER BY connection_id, stream"
    )
    return [StreamLook(**dict(row)) for row in rows]
