"""Checkpoints: how far a poll came, saved with the page it belongs to."""

from __future__ import annotations

from orderbridge.core.errors import TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


async def load(tx: Tx, connection_id: str, stream: str) -> tuple[JsonObject, int]:
    """Return the cursor and its version; an empty cursor of version 0 when the stream is new."""
    row = await tx.fetchrow(
        "SELECT cursor, version FROM checkpoints WHERE connection_id = $1 AND stream = $2",
        connection_id,
        stream,
    )
    return (row["cursor"], row["version"]) if row else ({}, 0)


async def save(tx: Tx, connection_id: str, stream: str, cursor: JsonObject, *, replaces: int) -> int:
    """Save a cursor over the version it was read at.

    Raises:
        TransientError: Another poll of the same stream was faster.
    """
    version = await tx.fetchval(
        """
        INSERT INTO checkpoints AS c (connection_id, stream, cursor, version) VALUES ($1, $2, $3, $4 + 1)
        ON CONFLICT (connection_id, stream) DO UPDATE
           SET cursor = excluded.cursor, version = c.version + 1, saved_at = now()
         WHERE c.version = $4
        RETURNING version
        """,
        connection_id,
        stream,
        cursor,
        replaces,
    )
    if version is None:
        raise TransientError(
            f"checkpoint {stream} of connection {connection_id} moved meanwhile; another poll is running",
            cause="poll.checkpoint_moved",
        )
    return int(version)


async def of(tx: Tx, connection_id: str) -> dict[str, tuple[JsonObject, int]]:
    """Return every cursor of a connection with its version, by stream."""
    rows = await tx.fetch(
        "SELECT stream, cursor, version FROM checkpoints WHERE connection_id = $1", connection_id
    )
    return {row["stream"]: (row["cursor"], row["version"]) for row in rows}


async def hidden(tx: Tx) -> dict[str, list[tuple[str, int, int]]]:
    """Return by connection the lists from which so much vanished that none of it was taken as deleted.

    Returns:
        (stream, records that are missing, records that are known) of each.
    """
    rows = await tx.fetch(
        """
        SELECT connection_id, stream, (cursor #>> '{gone,missing}')::int AS missing,
               (cursor #>> '{gone,known}')::int AS known
        FROM checkpoints WHERE cursor #>> '{gone,suspicious}' = 'true' ORDER BY stream
        """
    )
    found: dict[str, list[tuple[str, int, int]]] = {}
    for row in rows:
        found.setdefault(row["connection_id"], []).append((row["stream"], row["missing"], row["known"]))
    return found
