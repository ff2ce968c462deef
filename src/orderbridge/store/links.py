"""Links: which record here is which record there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderbridge.core.errors import HeldError
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The pairing of a source record with a target record.

    Attributes:
        how: How they found each other: ``created``, ``reference``, ``email``, ``phone`` or ``person``.
    """

    source_connection: str
    source_kind: str
    source_id: str
    target_connection: str
    target_kind: str
    target_id: str
    how: str


async def find(
    tx: Tx,
    *,
    source_connection: str,
    source_kind: str,
    source_id: str,
    target_connection: str,
    target_kind: str,
) -> str | None:
    """Return the target's id, whichever of the two the link was made from.

    Raises:
        HeldError: Several records over there belong to it.
    """
    rows = await tx.fetch(
        """
        SELECT target_id AS id, true AS direct FROM links
        WHERE source_connection = $1 AND source_kind = $2 AND source_id = $3
          AND target_connection = $4 AND target_kind = $5
        UNION ALL
        (SELECT source_id, false FROM links
         WHERE target_connection = $1 AND target_kind = $2 AND target_id = $3
           AND source_connection = $4 AND source_kind = $5 LIMIT 2)
        """,
        source_connection,
        source_kind,
        source_id,
        target_connection,
        target_kind,
    )
    direct = [row["id"] for row in rows if row["direct"]]
    if direct:
        return str(direct[0])
    found = sorted({str(row["id"]) for row in rows})
    if len(found) > 1:
        raise HeldError(
            f"{source_kind} {source_id} belongs to several {target_kind} records on the other side "
            f"({', '.join(found)}, and perhaps more); merge them there and replay",
            cause=f"link.several.{target_kind}",
        )
    return found[0] if found else None


async def partners(
    tx: Tx, *, connection: str, kind: str, record_id: str, other_connection: str, other_kind: str
) -> list[str]:
    """Return every record of another account that is linked to one, whichever of the two a link was made from."""
    rows = await tx.fetch(
        """
        SELECT target_id AS id FROM links
        WHERE source_connection = $1 AND source_kind = $2 AND source_id = $3
          AND target_connection = $4 AND target_kind = $5
        UNION
        SELECT source_id FROM links
        WHERE target_connection = $1 AND target_kind = $2 AND target_id = $3
          AND source_connection = $4 AND source_kind = $5
        """,
        connection,
        kind,
        record_id,
        other_connection,
        other_kind,
    )
    return sorted(str(row["id"]) for row in rows)


async def pairs(
    tx: Tx, *, source_connection: str, source_kind: str, target_connection: str, target_kind: str
) -> list[tuple[str, str]]:
    """Return all links between two kinds of records of two accounts, as source id and target id."""
    rows = await tx.fetch(
        """
        SELECT source_id, target_id FROM links
        WHERE source_connection = $1 AND source_kind = $2 AND target_connection = $3 AND target_kind = $4
        """,
        source_connection,
        source_kind,
        target_connection,
        target_kind,
    )
    return [(row["source_id"], row["target_id"]) for row in rows]


async def sources_of(tx: Tx, *, target_connection: str, target_kind: str, target_id: str) -> list[str]:
    """Return the source ids that are linked to a target."""
    rows = await tx.fetch(
        "SELECT source_id FROM links WHERE target_connection = $1 AND target_kind = $2 AND target_id = $3",
        target_connection,
        target_kind,
        target_id,
    )
    return [row["source_id"] for row in rows]


async def save(
    tx: Tx, link: Link, *, source_fingerprint: str | None = None, target_fingerprint: str | None = None
) -> None:
    """Remember a link and what both sides held when they last agreed."""
    await tx.execute(
        """
        INSERT INTO links (source_connection, source_kind, source_id, target_connection, target_kind,
                           target_id, how, source_fingerprint, target_fingerprint)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (source_connection, source_kind, source_id, target_connection, target_kind) DO UPDATE
           SET target_id = excluded.target_id, how = excluded.how,
               source_fingerprint = coalesce(excluded.source_fingerprint, links.source_fingerprint),
               target_fingerprint = coalesce(excluded.target_fingerprint, links.target_fingerprint)
        """,
        link.source_connection,
        link.source_kind,
        link.source_id,
        link.target_connection,
        link.target_kind,
        link.target_id,
        link.how,
        source_fingerprint,
        target_fingerprint,
    )


async def targets_of(
    tx: Tx,
    *,
    source_connection: str,
    source_kind: str,
    source_ids: Sequence[str],
    target_connection: str,
    target_kind: str,
) -> dict[str, str]:
    """Return what several records are linked to, whichever of the two a link was made from; source id → target id."""
    rows = await tx.fetch(
        """
        SELECT source_id AS id, target_id AS other FROM links
        WHERE source_connection = $1 AND source_kind = $2 AND source_id = ANY($3::text[])
          AND target_connection = $4 AND target_kind = $5
        UNION ALL
        SELECT target_id, source_id FROM links
        WHERE target_connection = $1 AND target_kind = $2 AND target_id = ANY($3::text[])
          AND source_connection = $4 AND source_kind = $5
        """,
        source_connection,
        source_kind,
        list(source_ids),
        target_connection,
        target_kind,
    )
    return {row["id"]: row["other"] for row in rows}


async def shared_targets(
    tx: Tx, *, source_connection: str, source_kind: str, target_connection: str, target_kind: str
) -> list[tuple[str, list[str]]]:
    """Return each target that several sources are linked to, with those sources in order."""
    rows = await tx.fetch(
        """
        SELECT target_id, array_agg(source_id ORDER BY source_id) AS sources FROM links
        WHERE source_connection = $1 AND source_kind = $2 AND target_connection = $3 AND target_kind = $4
        GROUP BY target_id HAVING count(*) > 1
        """,
        source_connection,
        source_kind,
        target_connection,
        target_kind,
    )
    return [(row["target_id"], list(row["sources"])) for row in rows]
