"""Grouped messages: entries wait here until their window ends; each is told once, however often it is added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from orderbridge.core.ids import IdSource
from orderbridge.store.database import Tx

OPEN, SENDING, SENT, REFUSED, UNKNOWN, DROPPED = (
    "open", "sending", "sent", "refused", "unknown", "dropped",
)  # fmt: skip
# What this product adds itself, to say that a message may have been lost.
OWN_PREFIX = "orderbridge:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a grouped message.

    Attributes:
        reference: Its name within channel and key; the same one is told once.
        group: Under which word its amount is added up; None adds it to no total.
    """

    reference: str
    line: str
    group: str | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A message that is due."""

    id: str
    channel_id: str
    key: str
    title: str
    kind: str
    due_at: datetime
    attempts: int


async def find(tx: Tx, channel_id: str, key: str, reference: str) -> dict[str, Any] | None:
    """Return an entry with the state of its message, None where it was never added."""
    row = await tx.fetchrow(
        """
        SELECT e.line, e.digest_id, d.state, d.due_at FROM digest_entries e JOIN digests d ON d.id = e.digest_id
        WHERE e.channel_id = $1 AND e.key = $2 AND e.reference = $3
        """,
        channel_id,
        key,
        reference,
    )
    return dict(row) if row is not None else None


async def add(
    tx: Tx,
    new_id: IdSource,
    *,
    channel_id: str,
    key: str,
    title: str,
    kind: str,
    due_at: datetime,
    entry: Entry,
) -> bool:
    """Add an entry to the message that gathers now, or begin one; tell whether it was new."""
    # Whoever comes second waits here until the first one has committed.
    digest_id = await tx.fetchval(
        """
        INSERT INTO digests AS d (id, channel_id, key, title, kind, state, due_at)
        VALUES ($1, $2, $3, $4, $5, 'open', $6)
        ON CONFLICT (channel_id, key) WHERE state = 'open' DO UPDATE SET title = excluded.title
        RETURNING id
        """,
        new_id(),
        channel_id,
        key,
        title,
        kind,
        due_at,
    )
    added = await tx.fetchval(
        """
        INSERT INTO digest_entries (channel_id, key, reference, digest_id, line, group_name, amount, currency)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (channel_id, key, reference) DO NOTHING RETURNING true
        """,
        channel_id,
        key,
        entry.reference,
        digest_id,
        entry.line,
        entry.group,
        entry.amount,
        entry.currency,
    )
    if not added:
        # Begun for an entry that was told already: an empty message says nothing.
        await tx.execute(
            "DELETE FROM digests WHERE id = $1 AND NOT EXISTS (SELECT FROM digest_entries WHERE digest_id = $1)",
            digest_id,
        )
    return bool(added)


async def claim(tx: Tx, *, now: datetime, most: int) -> list[Digest]:
    """Take messages whose window has ended; from here on each is sent at most once."""
    rows = await tx.fetch(
        """
        UPDATE digests SET state = 'sending', claimed_at = $1, attempts = attempts + 1 WHERE id IN (
            SELECT id FROM digests WHERE state IN ('open', 'refused') AND due_at <= $1
            ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, channel_id, key, title, kind, due_at, attempts
        """,
        now,
        most,
    )
    return [Digest(**dict(row)) for row in rows]


async def entries(tx: Tx, digest_id: str) -> list[Entry]:
    """Return what a message lists, in the order in which it was added."""
    rows = await tx.fetch(
        """
        SELECT reference, line, group_name AS "group", amount, currency FROM digest_entries
        WHERE digest_id = $1 ORDER BY seq
        """,
        digest_id,
    )
    return [Entry(**dict(row)) for row in rows]


async def abandoned(tx: Tx, *, before: datetime) -> list[Digest]:
    """Mark messages whose sender died while it sent: nobody knows whether they arrived."""
    rows = await tx.fetch(
        """
        UPDATE digests SET state = 'unknown', settled_at = now(),
               reason = 'the server stopped while it was sent; it may have arrived'
        WHERE state = 'sending' AND claimed_at < $1
        RETURNING id, channel_id, key, title, kind, due_at, attempts
        """,
        before,
    )
    return [Digest(**dict(row)) for row in rows]


async def settle(tx: Tx, digest_id: str, *, state: str, reason: str | None = None) -> bool:
    """Say what became of a message; False where somebody else said so already."""
    done = await tx.fetchval(
        """
        UPDATE digests SET state = $2, reason = $3, settled_at = now() WHERE id = $1 AND state = 'sending'
        RETURNING true
        """,
        digest_id,
        state,
        reason,
    )
    return bool(done)


async def postpone(tx: Tx, digest_id: str, *, until: datetime, reason: str) -> None:
    """Try a message again later: the service did not take it."""
    await tx.execute(
        "UPDATE digests SET state = 'refused', due_at = $2, reason = $3 WHERE id = $1 AND state = 'sending'",
        digest_id,
        until,
        reason,
    )


async def every(tx: Tx, *, since: datetime) -> list[dict[str, Any]]:
    """List messages that wait or are younger than ``since``, newest first."""
    rows = await tx.fetch(
        """
        SELECT d.title, d.key, c.name AS channel, d.state, d.due_at, d.settled_at, d.attempts, d.reason,
               (SELECT count(*) FROM digest_entries WHERE digest_id = d.id)::int AS entries
        FROM digests d LEFT JOIN channels c ON c.id = d.channel_id
        WHERE d.state IN ('open', 'sending', 'refused') OR d.due_at >= $1 ORDER BY d.due_at DESC
        """,
        since,
    )
    return [dict(row) for row in rows]


async def channel_name(tx: Tx, channel_id: str) -> str | None:
    """Return a channel's name, None where it was removed."""
    name: str | None = await tx.fetchval("SELECT name FROM channels WHERE id = $1", channel_id)
    return name


def window_end(now: datetime, window_s: float) -> datetime:
    """When a message that is begun now is sent."""
    return now + timedelta(seconds=window_s)
