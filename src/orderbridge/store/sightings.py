"""What polls saw: rows of a list that are new or moved, what was there before, what is not there any more."""

from __future__ import annotations

from collections.abc import Sequence

from orderbridge.catalogue.changes import mark
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


async def row_moved(tx: Tx, connection_id: str, kind: str, rows: list[tuple[str, str]]) -> dict[str, int]:
    """Compare list rows, given as (record id, fingerprint), with what the last poll saw.

    Returns:
        The ids that are new or moved, each with its number of sightings, which tells a poll's
        deliveries apart: A, then B, then A again are three.
    """
    found = await tx.fetch(
        """
        INSERT INTO seen_rows AS s (connection_id, kind, record_id, fingerprint)
        SELECT $1, $2, * FROM unnest($3::text[], $4::text[])
        ON CONFLICT (connection_id, kind, record_id) DO UPDATE
           SET fingerprint = excluded.fingerprint, sightings = s.sightings + 1, seen_at = now()
         WHERE s.fingerprint <> excluded.fingerprint
        RETURNING record_id, sightings
        """,
        connection_id,
        kind,
        [record_id for record_id, _ in rows],
        [mark for _, mark in rows],
    )
    return {row["record_id"]: row["sightings"] for row in found}


async def seen(tx: Tx, connection_id: str, kind: str, record_ids: Sequence[str]) -> set[str]:
    """Return which of these rows were seen before."""
    rows = await tx.fetch(
        """
        SELECT record_id FROM seen_rows WHERE connection_id = $1 AND kind = $2 AND record_id = ANY($3::text[])
        """,
        connection_id,
        kind,
        list(record_ids),
    )
    return {row["record_id"] for row in rows}


async def seen_before_moved(
    tx: Tx, connection_id: str, kind: str, rows: list[tuple[str, str]]
) -> dict[str, int]:
    """As ``row_moved``, of the rows only that were seen before: what is new stays new for the next poll."""
    found = await tx.fetch(
        """
        UPDATE seen_rows AS s SET fingerprint = new.f, sightings = s.sightings + 1, seen_at = now()
        FROM unnest($3::text[], $4::text[]) AS new(i, f)
        WHERE s.connection_id = $1 AND s.kind = $2 AND s.record_id = new.i AND s.fingerprint <> new.f
        RETURNING s.record_id, s.sightings
        """,
        connection_id,
        kind,
        [record_id for record_id, _ in rows],
        [mark for _, mark in rows],
    )
    return {row["record_id"]: row["sightings"] for row in found}


async def keep_known(tx: Tx, connection_id: str, kind: str, rows: Sequence[tuple[str, JsonObject]]) -> None:
    """Keep records that are older than our listening, so that a later change of them is seen as one.

    No event comes of it. What is known better already stays as it is.

    Args:
        tx: The transaction.
        connection_id: Whose records.
        kind: Of record.
        rows: (record id, state as the list shows it) of each.
    """
    ordered = sorted(rows, key=lambda row: row[0])
    await tx.execute(
        """
        INSERT INTO records (connection_id, kind, record_id, revision, fingerprint, state)
        SELECT $1, $2, i, 0, f, s FROM unnest($3::text[], $4::text[], $5::jsonb[]) AS new(i, f, s)
        ON CONFLICT (connection_id, kind, record_id) DO NOTHING
        """,
        connection_id,
        kind,
        [record_id for record_id, _ in ordered],
        [mark(state) for _, state in ordered],
        [state for _, state in ordered],
    )


async def present(tx: Tx, connection_id: str, kind: str, *, prefix: str = "") -> set[str]:
    """Return the ids of the records that are known and not deleted; ``prefix`` narrows them."""
    rows = await tx.fetch(
        """
        SELECT record_id FROM records
        WHERE connection_id = $1 AND kind = $2 AND starts_with(record_id, $3)
          AND (state ->> 'deleted') IS DISTINCT FROM 'true'
        """,
        connection_id,
        kind,
        prefix,
    )
    return {row["record_id"] for row in rows}


async def deleted(tx: Tx, connection_id: str, kind: str, among: Sequence[str]) -> set[str]:
    """Return those of these records that are known as deleted."""
    rows = await tx.fetch(
        """
        SELECT record_id FROM records
        WHERE connection_id = $1 AND kind = $2 AND record_id = ANY($3::text[]) AND (state ->> 'deleted') = 'true'
        """,
        connection_id,
        kind,
        list(among),
    )
    return {row["record_id"] for row in rows}
