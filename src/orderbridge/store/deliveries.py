"""What came in, for people to look at: deliveries newest first, and one of them with what it led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orderbridge.store import run_lists
from orderbridge.store.database import Tx

# Where few fit, the way back from the newest ends after so many.
FURTHEST = run_lists.FURTHEST
# The body stays where it is.
_SHOWN = """id, connection_id, source, type, kind, record_id, received_at, outcome, reason, cause, settled_at,
            backfill_id, octet_length(body) AS size"""
# What waits or is dead stands in an index of its own, however long ago it came.
_FEW = frozenset({"dead"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which deliveries are wanted; what is None is not asked for.

    Attributes:
        records: The ids of the records of which one it was about.
        after: The number of the last one that was looked at; only older ones follow.
    """

    kind: str | None = None
    outcome: str | None = None
    source: str | None = None
    records: Sequence[str] | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Deliveries, newest first.

    Attributes:
        looked_to: The number of the delivery at which the search ended although the page was not full; None where
            everything was looked at, or the page is full.
    """

    rows: list[dict[str, Any]]
    looked_to: int | None


async def listed(tx: Tx, asked: Asked, *, limit: int, furthest: int = FURTHEST) -> Listed:
    """List deliveries, newest first, without their bodies.

    Args:
        tx: A transaction; until its end no table is read from end to end.
        asked: Which.
        limit: So many at most.
        furthest: So many deliveries are looked at.
    """
    await run_lists.bound(tx)
    values: list[Any] = [asked.after, furthest]
    wanted: list[str] = []
    for column, value in (("kind", asked.kind), ("outcome", asked.outcome), ("source", asked.source)):
        if value is not None:
            values.append(value)
            wanted.append(f"{column} = ${len(values)}")
    if asked.records is not None:
        return Listed(await _of_records(tx, asked, wanted, [asked.after, limit, *values[2:]]), None)
    values.append(limit)
    # The number of the last one stands in the answer.
    rare = "AND outcome = 'dead'" if asked.outcome in _FEW else ""
    way = f"""
        SELECT {_SHOWN}
        FROM inbox WHERE ($1::bigint IS NULL OR id < $1) {rare} ORDER BY id DESC LIMIT $2
    """  # noqa: S608 (the parts are constants, the values parameters)
    rows = await tx.fetch(
        f"SELECT * FROM ({way}) AS way {'WHERE ' + ' AND '.join(wanted) if wanted else ''}"  # noqa: S608
        f" ORDER BY id DESC LIMIT ${len(values)}",
        *values,
    )
    found = [dict(row) for row in rows]
    if not wanted or len(found) == limit:
        return Listed(found, None)
    last = await tx.fetch(
        f"SELECT id FROM inbox WHERE ($1::bigint IS NULL OR id < $1) {rare} ORDER BY id DESC"  # noqa: S608
        " OFFSET $2::bigint - 1 LIMIT 2",
        asked.after,
        furthest,
    )
    return Listed(found, last[0]["id"] if len(last) == 2 else None)


async def _of_records(tx: Tx, asked: Asked, wanted: Sequence[str], values: list[Any]) -> list[dict[str, Any]]:
    """Return what came of some records: of each by its own index, back to the first that ever came."""
    values.append(list(asked.records or ()))
    rows = await tx.fetch(
        f"""
        SELECT way.* FROM (SELECT DISTINCT unnest(${len(values)}::text[]) AS record_id) AS its
        CROSS JOIN LATERAL (
            SELECT {_SHOWN} FROM inbox
            WHERE record_id = its.record_id AND ($1::bigint IS NULL OR id < $1)
                  {"".join(f" AND {part}" for part in wanted)}
            ORDER BY id DESC LIMIT $2) AS way
        ORDER BY way.id DESC LIMIT $2
        """,  # noqa: S608 (the parts are constants, the values parameters)
        *values,
    )
    return [dict(row) for row in rows]


async def one(tx: Tx, delivery_id: int) -> dict[str, Any] | None:
    """Return one delivery with its body."""
    row = await tx.fetchrow(
        """
        SELECT id, connection_id, delivery_id, source, type, kind, record_id, lane, body, received_at, outcome, reason,
               cause, settled_at, backfill_id, octet_length(body) AS size
        FROM inbox WHERE id = $1
        """,
        delivery_id,
    )
    return dict(row) if row else None


async def changes(tx: Tx, lane: str) -> list[dict[str, Any]]:
    """Return the newest changes that were found in a record's lane, with the runs that they set off."""
    rows = await tx.fetch(
        """
        SELECT events.id, events.type, events.kind, events.record_id, events.revision, events.source,
               events.accepted_at, events.outcome, events.reason,
               coalesce((SELECT jsonb_agg(jsonb_build_object('id', runs.id, 'flow', flows.name, 'state', runs.state)
                                          ORDER BY runs.started_at)
                         FROM runs LEFT JOIN flows ON flows.id = runs.flow_id WHERE runs.event_id = events.id),
                        '[]'::jsonb) AS runs
        FROM events WHERE events.lane = $1 ORDER BY events.seq DESC LIMIT 20
        """,
        lane,
    )
    return [dict(row) for row in rows]
