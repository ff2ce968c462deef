"""Orders as both sides hold them: what was read from HighLevel, and what was read back from Act! after each write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.core.list_positions import Position
from orderbridge.store import run_lists
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order in the list.

    Attributes:
        state: As HighLevel showed it last.
        sides: Connection id → currency → ``ordered``, ``paid``, ``refunded``.
        moving: Something of it waits for its turn or is being worked on.
        stopped: So many of its runs and deliveries need a person.
        target_id: Of its opportunity in Act!, where there is one.
    """

    connection_id: str
    record_id: str
    state: JsonObject
    changed_at: datetime
    sides: dict[str, dict[str, dict[str, Decimal | None]]]
    moving: bool
    stopped: int
    target_connection: str | None
    target_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which orders are wanted.

    Attributes:
        words: All of them must be met, in lower case, by one run of the order.
        after: When the last one that was shown had changed, its connection and its id.
    """

    words: Sequence[str] = ()
    order_id: str | None = None
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Orders, the last changed first.

    Attributes:
        looked_to: Where the search ended although the page was not full: the last order that was looked at; None
            where everything was looked at, or the page is full.
    """

    rows: list[OrderRow]
    looked_to: Position | None


async def listed(
    tx: Tx, wanted: Wanted, *, limit: int, few: int = run_lists.FEW, furthest: int = run_lists.FURTHEST
) -> Listed:
    """List orders, the last changed first.

    Args:
        tx: A transaction; until its end no table is read from end to end.
        wanted: Which.
        limit: So many at most.
        few: What so many runs have in common is looked up.
        furthest: Else so many orders are looked at.
    """
    await run_lists.bound(tx, few)
    looked_to: Position | None = None
    if wanted.order_id is not None:
        found = await _of_id(tx, wanted.order_id, limit)
    elif wanted.words and (lanes := await _lanes(tx, wanted.words, few)) is not None:
        found = await _in_lanes(tx, lanes, wanted.after, limit)
    else:
        found = await _newest(tx, wanted, limit, furthest)
        if wanted.words and len(found) < limit:
            looked_to = await _end(tx, wanted.after, furthest)
    return Listed(await _whole(tx, found), looked_to)


async def _lanes(tx: Tx, words: Sequence[str], few: int) -> list[tuple[str, str]] | None:
    """Return connection and id of the orders whose runs meet all words, if those runs are few."""
    found = await tx.fetch(
        """
        SELECT runs.lane FROM (SELECT run_id FROM run_search WHERE words @> $1::text[] LIMIT $2) AS met
        JOIN runs ON runs.id = met.run_id
        """,
        list(words),
        few + 1,
    )
    if len(found) > few:
        return None
    parts = {row["lane"].partition("/order/") for row in found}
    return [(connection_id, order_id) for connection_id, way, order_id in parts if way]


async def _in_lanes(
    tx: Tx, lanes: Sequence[tuple[str, str]], after: Position | None, limit: int
) -> list[Any]:
    return await tx.fetch(
        """
        SELECT records.connection_id, records.record_id
        FROM unnest($1::text[], $2::text[]) AS met(connection_id, record_id)
        JOIN records USING (connection_id, record_id)
        WHERE records.kind = 'order' AND records.revision > 0
          AND ($3::timestamptz IS NULL OR (records.changed_at, records.record_id) < ($3, $4))
        ORDER BY records.changed_at DESC, records.record_id DESC LIMIT $5
        """,
        [connection_id for connection_id, _ in lanes],
        [order_id for _, order_id in lanes],
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )


async def _of_id(tx: Tx, order_id: str, limit: int) -> list[Any]:
    # By the key, which begins with the connection.
    return await tx.fetch(
        """
        SELECT records.connection_id, records.record_id FROM connections
        JOIN records ON records.connection_id = connections.id AND records.kind = 'order' AND records.record_id = $1
        WHERE records.revision > 0 ORDER BY records.changed_at DESC LIMIT $2
        """,
        order_id,
        limit,
    )


async def _newest(tx: Tx, wanted: Wanted, limit: int, furthest: int) -> list[Any]:
    values: list[Any] = []
    way = _way(wanted.after, values, furthest)
    values.append(list(wanted.words))
    words = f"${len(values)}::text[]"
    # Of each order on the way its own few runs are looked at.
    met = f"""
        WHERE EXISTS (SELECT 1 FROM events JOIN runs ON runs.event_id = events.id
                      JOIN run_search ON run_search.run_id = runs.id
                      WHERE events.lane = way.connection_id || '/order/' || way.record_id
                        AND run_search.words @> {words})
    """  # noqa: S608 (the parts are constants, the values parameters)
    values.append(limit)
    return await tx.fetch(
        f"""
        SELECT connection_id, record_id FROM ({way}) AS way {met if wanted.words else f"WHERE {words} IS NOT NULL"}
        ORDER BY changed_at DESC, record_id DESC LIMIT ${len(values)}
        """,  # noqa: S608
        *values,
    )


async def _end(tx: Tx, after: Position | None, furthest: int) -> Position | None:
    """Return the last order that was looked at, None where there are no further ones."""
    values: list[Any] = []
    way = _way(after, values, furthest + 1)
    last = await tx.fetch(
        f"SELECT changed_at, record_id FROM ({way}) AS way ORDER BY changed_at DESC, record_id DESC"  # noqa: S608
        f" OFFSET {furthest - 1} LIMIT 2",
        *values,
    )
    return (last[0]["changed_at"], last[0]["record_id"]) if len(last) == 2 else None


def _way(after: Position | None, values: list[Any], furthest: int) -> str:
    """Return the statement that goes back from the order that changed last."""
    further = ""
    if after is not None:
        values += [after[0], after[1]]
        further = "AND (changed_at, record_id) < ($1::timestamptz, $2)"
    values.append(furthest)
    return f"""
        SELECT connection_id, record_id, changed_at FROM records
        WHERE kind = 'order' AND revision > 0 {further}
        ORDER BY changed_at DESC, record_id DESC LIMIT ${len(values)}
    """  # noqa: S608


async def _whole(tx: Tx, found: Sequence[Any]) -> list[OrderRow]:
    rows = await tx.fetch(
        """
        SELECT records.connection_id, records.record_id, records.state, records.changed_at,
               link.target_connection, link.target_id, coalesce(lanes.queued, false) AS moving,
               (SELECT count(*) FROM runs WHERE runs.lane = lanes.key AND runs.state = 'dead')
             + (SELECT count(*) FROM inbox WHERE inbox.lane = lanes.key AND inbox.outcome = 'dead') AS stopped
        FROM unnest($1::text[], $2::text[]) AS given(connection_id, record_id)
        JOIN records ON records.connection_id = given.connection_id AND records.kind = 'order'
                    AND records.record_id = given.record_id
        LEFT JOIN lanes ON lanes.key = records.connection_id || '/order/' || records.record_id
        LEFT JOIN LATERAL (SELECT target_connection, target_id FROM links
                           WHERE source_connection = records.connection_id AND source_kind = 'order'
                             AND source_id = records.record_id AND target_kind = 'opportunity' LIMIT 1) link ON true
        ORDER BY records.changed_at DESC, records.record_id DESC
        """,
        [row["connection_id"] for row in found],
        [row["record_id"] for row in found],
    )
    sides = await _sides(tx, rows)
    return [OrderRow(**dict(row), sides=sides.get(row["record_id"], {})) for row in rows]


async def unread(tx: Tx, words: Sequence[str], *, limit: int) -> list[dict[str, Any]]:
    """Return orders that could never be read, the newest first: what came of them needs a person.

    Args:
        tx: A transaction.
        words: All of them must occur in the order's id or in what is said of it, in lower case.
        limit: So many at most.
    """
    rows = await tx.fetch(
        """
        SELECT dead.id AS delivery_id, lanes.record_id AS order_id, dead.connection_id, dead.reason, dead.cause,
               dead.received_at
        FROM (SELECT * FROM inbox WHERE outcome = 'dead' ORDER BY id DESC LIMIT 500) AS dead
        JOIN lanes ON lanes.key = dead.lane AND lanes.kind = 'order'
        WHERE NOT EXISTS (SELECT 1 FROM records WHERE records.connection_id = lanes.connection_id
                            AND records.kind = 'order' AND records.record_id = lanes.record_id)
        ORDER BY dead.id DESC
        """
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        said = f"{row['order_id']} {row['reason']} {row['cause']}".casefold()
        if all(word in said for word in words):
            found.setdefault((row["connection_id"], row["order_id"]), dict(row))
    return list(found.values())[:limit]


async def _sides(tx: Tx, rows: Sequence[Any]) -> dict[str, dict[str, dict[str, dict[str, Decimal | None]]]]:
    """Return the money of orders on both sides: order → connection → currency → measure."""
    found = await tx.fetch(
        """
        SELECT given.order_id, side.* FROM unnest($1::text[], $2::text[], $3::text[]) AS given(order_id, one, other)
        CROSS JOIN LATERAL (
            SELECT connection_id, currency,
                   sum(amount) FILTER (WHERE record_kind IN ('order', 'opportunity')) AS ordered,
                   sum(amount) FILTER (WHERE entry = 'paid') AS paid,
                   sum(amount) FILTER (WHERE entry = 'refunded') AS refunded
            -- The newest revision of each record counts.
            FROM (SELECT ledger.*, max(revision) OVER (PARTITION BY connection_id, record_kind, record_id) AS newest
                  FROM ledger
                  WHERE connection_id IN (given.one, given.other) AND order_id = given.order_id) AS every
            WHERE revision = newest GROUP BY connection_id, currency) AS side
        """,
        [row["record_id"] for row in rows],
        [row["connection_id"] for row in rows],
        [row["target_connection"] for row in rows],
    )
    sides: dict[str, dict[str, dict[str, dict[str, Decimal | None]]]] = {}
    for row in found:
        money = {name: row[name] for name in ("ordered", "paid", "refunded")}
        sides.setdefault(row["order_id"], {}).setdefault(row["connection_id"], {})[row["currency"]] = money
    return sides


async def related(tx: Tx, connection_id: str, order_id: str) -> list[dict[str, Any]]:
    """Return the payments, fulfilments and subscriptions that belong to an order, as they were read last."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT ON (records.kind, records.record_id)
               records.kind, records.record_id, records.revision, records.state, records.changed_at
        FROM events JOIN records USING (connection_id, kind, record_id)
        WHERE events.lane = $1 || '/order/' || $2 AND events.kind <> 'order'
        ORDER BY records.kind, records.record_id
        """,
        connection_id,
        order_id,
    )
    return [dict(row) for row in rows]


async def history(tx: Tx, connection_id: str, order_id: str) -> list[dict[str, Any]]:
    """Return what happened to an order, the newest first: each change that came, its way, and what was done."""
    rows = await tx.fetch(
        """
        SELECT events.id, events.type, events.kind, events.record_id, events.revision, events.source, events.change,
               events.accepted_at, events.outcome, events.reason,
               coalesce((SELECT jsonb_agg(jsonb_build_object('id', runs.id, 'flow', flows.name, 'state', runs.state,
                                                             'reason', runs.reason, 'started_at', runs.started_at)
                                          ORDER BY runs.started_at)
                         FROM runs LEFT JOIN flows ON flows.id = runs.flow_id WHERE runs.event_id = events.id),
                        '[]'::jsonb) AS runs
        FROM events WHERE events.lane = $1 || '/order/' || $2 ORDER BY events.seq DESC LIMIT 500
        """,
        connection_id,
        order_id,
    )
    return [dict(row) for row in rows]


async def writes_of(tx: Tx, connection_id: str, order_id: str) -> list[dict[str, Any]]:
    """Return every write that was made for an order, the newest first, with what reading it back proved."""
    rows = await tx.fetch(
        """
        SELECT receipts.intent_id, receipts.run_id, receipts.connection_id, receipts.kind, receipts.reference,
               receipts.target_id, receipts.verdict, receipts.before, receipts.sent, receipts.read_back,
               receipts.differences, receipts.settled_at
        FROM events JOIN runs ON runs.event_id = events.id JOIN receipts ON receipts.run_id = runs.id
        WHERE events.lane = $1 || '/order/' || $2 ORDER BY receipts.settled_at DESC LIMIT 500
        """,
        connection_id,
        order_id,
    )
    return [dict(row) for row in rows]


async def money(tx: Tx, connections: Sequence[str], order_id: str) -> list[dict[str, Any]]:
    """Return an order's money lines on both sides: the newest revision of each record."""
    rows = await tx.fetch(
        """
        SELECT connection_id, record_kind, record_id, entry, line, amount, currency
        FROM (SELECT ledger.*, max(revision) OVER (PARTITION BY connection_id, record_kind, record_id) AS newest
              FROM ledger WHERE connection_id = ANY($1::text[]) AND order_id = $2) AS every
        WHERE revision = newest ORDER BY record_kind, record_id, line, entry
        """,
        list(connections),
        order_id,
    )
    return [dict(row) for row in rows]


async def carried(tx: Tx, connection_id: str, order_id: str) -> list[dict[str, Any]]:
    """Return the latest run of each flow that carried an order over, with the flow as it was and what its steps got."""
    runs = await tx.fetch(
        """
        SELECT DISTINCT ON (runs.flow_id) runs.id AS run_id, flows.name AS flow, runs.flow_version,
               flow_versions.definition
        FROM events JOIN runs ON runs.event_id = events.id
        JOIN flow_versions ON flow_versions.flow_id = runs.flow_id AND flow_versions.version = runs.flow_version
        LEFT JOIN flows ON flows.id = runs.flow_id
        WHERE events.lane = $1 || '/order/' || $2 AND runs.state = 'done'
        ORDER BY runs.flow_id, runs.started_at DESC
        """,
        connection_id,
        order_id,
    )
    steps = await tx.fetch(
        "SELECT run_id, path, input FROM steps WHERE run_id = ANY($1::text[]) AND state IN ('done', 'kept')",
        [row["run_id"] for row in runs],
    )
    return [
        dict(row)
        | {"inputs": {step["path"]: step["input"] for step in steps if step["run_id"] == row["run_id"]}}
        for row in runs
    ]
