"""The records of backfills: payments that wait for their order, what is known already, what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A payment as its list shows it, waiting for its order.

    Attributes:
        row: As the provider sent it, in JSON.
    """

    record_id: str
    order_id: str | None
    row: bytes
    made_at: datetime | None


async def stage(tx: Tx, backfill_id: str, rows: Sequence[Staged]) -> None:
    """Keep payments until their order comes; one that is kept already is replaced."""
    await tx.execute(
        """
        INSERT INTO backfill_rows (backfill_id, record_id, order_id, "row", made_at)
        SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bytea[], $5::timestamptz[])
        ON CONFLICT (backfill_id, record_id) DO UPDATE SET "row" = excluded."row"
        """,
        backfill_id,
        [item.record_id for item in rows],
        [item.order_id for item in rows],
        [item.row for item in rows],
        [item.made_at for item in rows],
    )


async def take_staged(tx: Tx, backfill_id: str, order_ids: Sequence[str]) -> dict[str, list[bytes]]:
    """Take the payments of orders out; each order is in the answer."""
    rows = await tx.fetch(
        """
        DELETE FROM backfill_rows WHERE backfill_id = $1 AND order_id = ANY($2::text[]) RETURNING order_id, "row"
        """,
        backfill_id,
        list(order_ids),
    )
    found: dict[str, list[bytes]] = {item: [] for item in order_ids}
    for row in rows:
        found[row["order_id"]].append(row["row"])
    return found


async def take_left(tx: Tx, backfill_id: str, *, limit: int) -> list[Staged]:
    """Take out payments whose order was in no list."""
    rows = await tx.fetch(
        """
        DELETE FROM backfill_rows WHERE (backfill_id, record_id) IN (
            SELECT backfill_id, record_id FROM backfill_rows WHERE backfill_id = $1 ORDER BY record_id LIMIT $2)
        RETURNING record_id, order_id, "row", made_at
        """,
        backfill_id,
        limit,
    )
    return [Staged(**dict(row)) for row in rows]


async def forget_staged(tx: Tx, backfill_id: str) -> None:
    """Drop what is left."""
    await tx.execute("DELETE FROM backfill_rows WHERE backfill_id = $1", backfill_id)


# What is known of records


async def accepted(tx: Tx, connection_id: str, kind: str, record_ids: Sequence[str]) -> set[str]:
    """Return which of these records were read and accepted before: live sync looks after them."""
    rows = await tx.fetch(
        """
        SELECT record_id FROM records
        WHERE connection_id = $1 AND kind = $2 AND record_id = ANY($3::text[]) AND revision > 0
        """,
        connection_id,
        kind,
        list(record_ids),
    )
    return {row["record_id"] for row in rows}


async def forget_known(tx: Tx, connection_id: str, kind: str, record_ids: Sequence[str]) -> None:
    """Forget that a poll knew records without carrying them over, so that reading one makes an event."""
    await tx.execute(
        """
        DELETE FROM records
        WHERE connection_id = $1 AND kind = $2 AND record_id = ANY($3::text[]) AND revision = 0
        """,
        connection_id,
        kind,
        list(record_ids),
    )


async def mark_events(tx: Tx, backfill_id: str, event_ids: Sequence[str]) -> None:
    """Let the runs of stored events be as quiet as this backfill."""
    await tx.execute(
        "UPDATE events SET backfill_id = $1 WHERE id = ANY($2::text[])", backfill_id, list(event_ids)
    )


async def unheard(tx: Tx, connection_id: str, *, after: int, limit: int, nobody: str) -> list[dict[str, Any]]:
    """Return the newest events of records that came in before any flow listened, oldest first.

    Args:
        tx: The transaction.
        connection_id: Whose.
        after: The position behind which to look.
        limit: How many at most.
        nobody: The reason that such an event carries.
    """
    rows = await tx.fetch(
        """
        SELECT seq, id, kind, record_id, lane, state FROM events
        WHERE seq > $3 AND connection_id = $1 AND outcome = 'nothing' AND reason = $2
          AND NOT EXISTS (SELECT 1 FROM events newer
                           WHERE newer.connection_id = events.connection_id AND newer.kind = events.kind
                             AND newer.record_id = events.record_id AND newer.revision > events.revision)
        ORDER BY seq LIMIT $4
        """,
        connection_id,
        nobody,
        after,
        limit,
    )
    return [dict(row) for row in rows]


async def open_lanes(tx: Tx, connection_id: str) -> int:
    """How many lanes of a connection have unhurried work."""
    return int(
        await tx.fetchval(
            "SELECT count(*) FROM lanes WHERE queued AND connection_id = $1 AND priority < 0", connection_id
        )
    )


async def held_up(tx: Tx, connection_id: str) -> str | None:
    """Return why unhurried work of a connection waits, where it does."""
    found: str | None = await tx.fetchval(
        """
        SELECT reason FROM lanes
        WHERE queued AND connection_id = $1 AND priority < 0 AND reason IS NOT NULL AND retry_at > now()
        ORDER BY retry_at DESC LIMIT 1
        """,
        connection_id,
    )
    return found


async def outcomes(tx: Tx, backfill_id: str) -> dict[str, int]:
    """Count what became of its records: of each event's runs, or of the delivery where no event came of it."""
    rows = await tx.fetch(
        """
        SELECT outcome, count(*) AS n FROM events WHERE backfill_id = $1 GROUP BY outcome
        """,
        backfill_id,
    )
    return {row["outcome"]: row["n"] for row in rows}


async def deliveries(tx: Tx, backfill_id: str) -> dict[str, int]:
    """Count its deliveries by outcome."""
    rows = await tx.fetch(
        "SELECT outcome, count(*) AS n FROM inbox WHERE backfill_id = $1 GROUP BY outcome", backfill_id
    )
    return {row["outcome"]: row["n"] for row in rows}


async def not_found(tx: Tx, backfill_id: str, *, limit: int = 1000) -> list[dict[str, Any]]:
    """Return the records that were not there when they were read, or could not be, with the reason."""
    rows = await tx.fetch(
        """
        SELECT kind, record_id, outcome, reason FROM inbox
        WHERE backfill_id = $1 AND (outcome = 'dead' OR (outcome = 'nothing' AND reason <> $3)) ORDER BY id LIMIT $2
        """,
        backfill_id,
        limit,
        "nothing had changed",
    )
    return [dict(row) for row in rows]
