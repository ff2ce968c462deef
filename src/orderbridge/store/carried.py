"""What we know of records that both sides show: how they were when they were accepted, and what we wrote of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A record as it was last carried over."""

    state: JsonObject
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What our proved writes left on a record of the other side.

    Attributes:
        fields: Each field as the newest write that names it has it.
        run_id: Of the newest write.
        created: Whether it was us who created the record.
    """

    fields: JsonObject
    run_id: str
    settled_at: datetime
    created: bool


async def accepted(tx: Tx, connection_id: str, kind: str, ids: Sequence[str]) -> dict[str, Accepted]:
    """Return the records of a kind that we know, by their ids."""
    rows = await tx.fetch(
        """
        SELECT record_id, state, changed_at FROM records
        WHERE connection_id = $1 AND kind = $2 AND record_id = ANY($3::text[])
        """,
        connection_id,
        kind,
        list(ids),
    )
    return {row["record_id"]: Accepted(state=row["state"], changed_at=row["changed_at"]) for row in rows}


async def written(tx: Tx, connection_id: str, kind: str, ids: Sequence[str]) -> dict[str, Written]:
    """Return what was proved on records of the other side, by their ids; one that we never wrote is left out."""
    rows = await tx.fetch(
        """
        SELECT target_id, run_id, sent, read_back, before IS NULL AS created, settled_at FROM receipts
        WHERE connection_id = $1 AND kind = $2 AND target_id = ANY($3::text[])
          AND verdict IN ('confirmed', 'unchanged', 'altered', 'ignored')
        ORDER BY target_id, settled_at
        """,
        connection_id,
        kind,
        list(ids),
    )
    found: dict[str, Written] = {}
    for row in rows:
        earlier = found.get(row["target_id"])
        # What the other side made of it counts: an altered field was seen and said when it was written.
        shown = row["read_back"] or {}
        fields = {name: shown.get(name, value) for name, value in row["sent"].items()}
        found[row["target_id"]] = Written(
            fields=(earlier.fields if earlier else {}) | fields,
            run_id=row["run_id"],
            settled_at=row["settled_at"],
            created=row["created"] or (earlier is not None and earlier.created),
        )
    return found


async def refund_history(
    tx: Tx, connection_id: str, ids: Sequence[str]
) -> dict[str, list[tuple[str, str | None, datetime]]]:
    """Return what was refunded of payments with each of their revisions.

    Returns:
        Payment → refunded so far, HighLevel's time of that change, and ours, oldest first.
    """
    rows = await tx.fetch(
        """
        SELECT record_id, state ->> 'refunded' AS refunded, state ->> 'updated_at' AS updated_at, accepted_at
        FROM events WHERE connection_id = $1 AND kind = 'transaction' AND record_id = ANY($2::text[])
          AND state ->> 'refunded' IS NOT NULL
        ORDER BY record_id, revision
        """,
        connection_id,
        list(ids),
    )
    found: dict[str, list[tuple[str, str | None, datetime]]] = {}
    for row in rows:
        found.setdefault(row["record_id"], []).append(
            (row["refunded"], row["updated_at"], row["accepted_at"])
        )
    return found
