"""Orders as both sides hold them: what was read from HighLevel, and what was read back from Act! after each write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.core.list_positions import Position
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


async def listed(tx: Tx, wanted: Wanted, *, limit: int) -> list[OrderRow]:
    """List orders, the last changed first."""
    values: list[Any] = []

    def given(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    where = ["records.kind = 'order'", "records.revision > 0"]
    if wanted.order_id is not None:
        where.append(f"records.record_id = {given(wanted.order_id)}")
    if wanted.words:
        where.append(
            f"""records.connection_id || '/order/' || records.record_id IN (
                SELECT runs.lane FROM run_search JOIN runs ON runs.id = run_search.run_id
                WHERE run_search.words @> {given(list(wanted.words))}::text[])"""  # noqa: S608
        )
    if wanted.after is not None:
        changed_at, record_id = wanted.after
        where.append(
            f"(records.changed_at, records.record_id) < ({given(changed_at)}::timestamptz, {given(record_id)})"
        )
    rows = await tx.fetch(
        f"""
        SELECT records.connection_id, records.record_id, records.state, records.changed_at,
               link.target_connection, link.target_id, coalesce(lanes.queued, false) AS moving,
               (SELECT count(*) FROM runs WHERE runs.lane = lanes.key AND runs.state = 'dead')
             + (SELECT count(*) FROM inbox WHERE inbox.lane = lanes.key AND inbox.outcome = 'dead') AS stopped
        FROM records
        LEFT JOIN lanes ON lanes.key = records.connection_id || '/order/' || records.record_id
        LEFT JOIN LATERAL (SELECT target_connection, target_id FROM links
                           WHERE source_connection = records.connection_id AND source_kind = 'order'
                             AND source_id = records.record_id AND target_kind = 'opportunity' LIMIT 1) link ON true
        WHERE {" AND ".join(where)}
        ORDER BY records.changed_at DESC, records.record_id DESC LIMIT {given(limit)}
        """,  # noqa: S608 (the parts are constants, the values parameters)
        *values,
    )
    sides = await _sides(tx, rows)
    return [OrderRow(**dict(row), sides=sides.get(row["record_id"], {})) for row in rows]


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
