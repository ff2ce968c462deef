"""What flows wrote to a record over there, and how it looked afterwards: by it we know our own writes again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWrite:
    """What we wrote to a record.

    Attributes:
        shown: The fields that we wrote, as the record showed them afterwards, in the readers' words.
        created: Whether we made the record.
        unseen: Whether the change has not come back to us as news yet.
        history: By field, the last writes, oldest first: ``author``, ``mark`` of the value, and ``text`` of it.
        settled_at: When we wrote last.
    """

    kind: str
    record_id: str
    shown: JsonObject
    created: bool
    unseen: bool
    history: dict[str, list[JsonObject]]
    settled_at: datetime


async def of_records(
    tx: Tx, connection_id: str, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], OwnWrite]:
    """Return what we wrote to records given as (kind, record id); those that we never wrote to are left out."""
    rows = await tx.fetch(
        """
        SELECT kind, record_id, shown, created, unseen, history, settled_at
        FROM own_writes JOIN unnest($2::text[], $3::text[]) AS k(a, b) ON kind = a AND record_id = b
        WHERE connection_id = $1
        """,
        connection_id,
        [kind for kind, _ in keys],
        [record_id for _, record_id in keys],
    )
    return {(row["kind"], row["record_id"]): OwnWrite(**dict(row)) for row in rows}


async def save(
    tx: Tx,
    connection_id: str,
    kind: str,
    record_id: str,
    *,
    shown: JsonObject,
    created: bool,
    history: dict[str, list[JsonObject]],
) -> None:
    """Remember a write; one that nobody has seen yet is added to."""
    await tx.execute(
        """
        INSERT INTO own_writes AS o (connection_id, kind, record_id, shown, created, unseen, history, settled_at)
        VALUES ($1, $2, $3, $4, $5, true, $6, clock_timestamp())
        ON CONFLICT (connection_id, kind, record_id) DO UPDATE
           SET shown = CASE WHEN o.unseen THEN o.shown || excluded.shown ELSE excluded.shown END,
               created = excluded.created OR (o.unseen AND o.created), unseen = true,
               history = o.history || excluded.history, settled_at = excluded.settled_at
        """,
        connection_id,
        kind,
        record_id,
        shown,
        created,
        history,
    )


async def seen(tx: Tx, connection_id: str, kind: str, record_id: str) -> None:
    """Note that our write came back to us: what comes now is news."""
    await tx.execute(
        """
        UPDATE own_writes SET unseen = false, shown = '{}', created = false
        WHERE connection_id = $1 AND kind = $2 AND record_id = $3
        """,
        connection_id,
        kind,
        record_id,
    )


async def forget_history(
    tx: Tx, connection_id: str, kind: str, record_id: str, fields: Sequence[str]
) -> None:
    """Forget who wrote these fields: somebody else has changed them, or a person has looked at it."""
    await tx.execute(
        """
        UPDATE own_writes SET history = history - $4::text[]
        WHERE connection_id = $1 AND kind = $2 AND record_id = $3
        """,
        connection_id,
        kind,
        record_id,
        list(fields),
    )


async def forget_moved(tx: Tx, connection_id: str, kind: str, record_id: str, fields: Sequence[str]) -> None:
    """Forget who wrote these fields and what lies within them: ``custom_fields`` means ``custom_fields.user1`` too."""
    await tx.execute(
        """
        UPDATE own_writes
           SET history = coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(history)
                                   WHERE split_part(key, '.', 1) <> ALL($4::text[])), '{}')
        WHERE connection_id = $1 AND kind = $2 AND record_id = $3 AND history <> '{}'
        """,
        connection_id,
        kind,
        record_id,
        list(fields),
    )
