"""Which records are read again by their id because what belongs to them is in no list, and when that was done last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from orderbridge.store.database import Tx


async def note(
    tx: Tx,
    connection_id: str,
    kind: str,
    rows: Sequence[tuple[str, datetime]],
    *,
    read: Collection[str],
    now: datetime,
) -> None:
    """Remember records that a list showed.

    Args:
        tx: The transaction.
        connection_id: Whose records.
        kind: Of what belongs to them.
        rows: (record id, when it was made) of each.
        read: Those that are read now anyway; the others that are new here come first, oldest first.
        now: The time.
    """
    await tx.execute(
        """
        INSERT INTO revisits AS r (connection_id, kind, record_id, made_at, read_at)
        SELECT $1, $2, * FROM unnest($3::text[], $4::timestamptz[], $5::timestamptz[])
        ON CONFLICT (connection_id, kind, record_id) DO UPDATE SET read_at = excluded.read_at
         WHERE excluded.read_at > r.read_at AND r.record_id = ANY($6::text[])
        """,
        connection_id,
        kind,
        [record_id for record_id, _ in rows],
        [min(made_at, now) for _, made_at in rows],
        [now if record_id in read else min(made_at, now) for record_id, made_at in rows],
        list(read),
    )


async def due(
    tx: Tx,
    connection_id: str,
    kind: str,
    *,
    made_from: datetime | None,
    made_before: datetime | None,
    most: int,
) -> list[str]:
    """Return the records of an age that were read longest ago.

    Args:
        tx: The transaction.
        connection_id: Whose records.
        kind: Of what belongs to them.
        made_from: The earliest that counts; None has no beginning.
        made_before: The first that no longer counts; None has no end.
        most: How many at most.
    """
    rows = await tx.fetch(
        """
        SELECT record_id FROM revisits
        WHERE connection_id = $1 AND kind = $2
          AND ($3::timestamptz IS NULL OR made_at >= $3) AND ($4::timestamptz IS NULL OR made_at < $4)
        ORDER BY read_at, record_id LIMIT $5
        """,
        connection_id,
        kind,
        made_from,
        made_before,
        most,
    )
    return [row["record_id"] for row in rows]


async def done(tx: Tx, connection_id: str, kind: str, record_ids: Sequence[str], *, now: datetime) -> None:
    """Note that records were read."""
    await tx.execute(
        "UPDATE revisits SET read_at = $4 WHERE connection_id = $1 AND kind = $2 AND record_id = ANY($3::text[])",
        connection_id,
        kind,
        list(record_ids),
        now,
    )


async def forget(tx: Tx, connection_id: str, kind: str, record_id: str) -> None:
    """Read a record no more: it is gone."""
    await tx.execute(
        "DELETE FROM revisits WHERE connection_id = $1 AND kind = $2 AND record_id = $3",
        connection_id,
        kind,
        record_id,
    )
