"""How two joined accounts stand: what was read from one side against what was read back from the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from orderbridge.store.database import Tx

# The orders made since a moment, each with the money of both sides; the newest revision of each record counts.
_ORDERS = """
WITH made AS (
    SELECT order_id, min(occurred_at) AS made_at FROM ledger
    WHERE connection_id = $1 AND record_kind = 'order' AND occurred_at >= $3 GROUP BY order_id),
lines AS (
    SELECT ledger.connection_id, ledger.order_id, made.made_at, ledger.record_kind, ledger.entry, ledger.amount,
           ledger.currency, ledger.revision,
           max(ledger.revision) OVER (PARTITION BY ledger.connection_id, ledger.record_kind, ledger.record_id) AS newest
    FROM ledger JOIN made USING (order_id) WHERE ledger.connection_id IN ($1, $2)),
orders AS (
    SELECT order_id, min(made_at) AS made_at, currency,
           coalesce(sum(amount) FILTER (WHERE record_kind = 'order'), 0) AS ordered,
           coalesce(sum(amount) FILTER (WHERE record_kind = 'opportunity'), 0) AS ordered_there,
           coalesce(sum(amount) FILTER (WHERE connection_id = $1 AND entry = 'paid'), 0) AS paid,
           coalesce(sum(amount) FILTER (WHERE connection_id = $2 AND entry = 'paid'), 0) AS paid_there,
           coalesce(sum(amount) FILTER (WHERE connection_id = $1 AND entry = 'refunded'), 0) AS refunded,
           coalesce(sum(amount) FILTER (WHERE connection_id = $2 AND entry = 'refunded'), 0) AS refunded_there
    FROM lines WHERE revision = newest GROUP BY order_id, currency)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySums:
    """One currency of the orders of a business day.

    Attributes:
        ordered: In HighLevel; ``ordered_there`` in Act!, and so on.
        differing: In how many orders the two sides differ now.
    """

    day: date
    currency: str
    orders: int
    ordered: Decimal
    ordered_there: Decimal
    paid: Decimal
    paid_there: Decimal
    refunded: Decimal
    refunded_there: Decimal
    differing: int


async def days(tx: Tx, source: str, target: str, *, since: datetime, zone: str) -> list[DaySums]:
    """Sum the orders that were made since a moment, by business day and currency, the oldest day first."""
    rows = await tx.fetch(
        f"""
        {_ORDERS}
        SELECT (made_at AT TIME ZONE $4)::date AS day, currency, count(*)::int AS orders, sum(ordered) AS ordered,
               sum(ordered_there) AS ordered_there, sum(paid) AS paid, sum(paid_there) AS paid_there,
               sum(refunded) AS refunded, sum(refunded_there) AS refunded_there,
               (count(*) FILTER (WHERE (ordered, paid, refunded)
                                 IS DISTINCT FROM (ordered_there, paid_there, refunded_there)))::int AS differing
        FROM orders GROUP BY 1, 2 ORDER BY 1, 2
        """,  # noqa: S608
        source,
        target,
        since,
        zone,
    )
    return [DaySums(**dict(row)) for row in rows]


async def latency_s(tx: Tx, source: str, *, since: datetime) -> tuple[float, float] | None:
    """Return the median and the 95th percentile of seconds from a change that came to its last proved write.

    None where nothing was written since that moment. A sample of the newest thousand changes answers it.
    """
    row = await tx.fetchrow(
        """
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took_s) AS middle,
               percentile_cont(0.95) WITHIN GROUP (ORDER BY took_s) AS most, count(*) AS n
        FROM (SELECT extract(epoch FROM max(runs.finished_at) - newest.accepted_at)::float8 AS took_s
              FROM (SELECT id, accepted_at FROM events
                    WHERE connection_id = $1 AND outcome = 'done' AND source IN ('webhook', 'poll')
                      AND accepted_at >= $2
                    ORDER BY seq DESC LIMIT 1000) AS newest
              JOIN runs ON runs.event_id = newest.id AND runs.state = 'done' AND runs.replayed_from IS NULL
              GROUP BY newest.id, newest.accepted_at) AS each
        """,
        source,
        since,
    )
    return (row["middle"], row["most"]) if row and row["n"] else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLatency:
    """How long changes of a business day took to their last proved write.

    Attributes:
        changes: How many of them were looked at.
    """

    day: date
    median_s: float
    p95_s: float
    changes: int


async def latency_by_day(
    tx: Tx, source: str, *, since: datetime, zone: str, most: int = 50_000
) -> list[DayLatency]:
    """Return how long changes took, by the business day on which they came, the oldest day first.

    Args:
        tx: The transaction.
        source: The connection from which the changes came.
        since: The first moment that counts.
        zone: In which days are counted.
        most: About so many events are looked at; of more, a sample that is the same each time.
    """
    rows = await tx.fetch(
        """
        SELECT (accepted_at AT TIME ZONE $3)::date AS day,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY took_s) AS median_s,
               percentile_cont(0.95) WITHIN GROUP (ORDER BY took_s) AS p95_s, count(*)::int AS changes
        FROM (SELECT picked.accepted_at,
                     extract(epoch FROM max(runs.finished_at) - picked.accepted_at)::float8 AS took_s
              FROM (SELECT id, accepted_at FROM events TABLESAMPLE SYSTEM (
                        (SELECT CASE WHEN reltuples > $4 THEN 100.0 * $4 / reltuples ELSE 100 END
                         FROM pg_class WHERE oid = 'events'::regclass)) REPEATABLE (1)
                    WHERE connection_id = $1 AND outcome = 'done' AND source IN ('webhook', 'poll')
                      AND accepted_at >= $2) AS picked
              JOIN runs ON runs.event_id = picked.id AND runs.state = 'done' AND runs.replayed_from IS NULL
              GROUP BY picked.id, picked.accepted_at) AS each
        GROUP BY 1 ORDER BY 1
        """,
        source,
        since,
        zone,
        float(most),
    )
    return [DayLatency(**dict(row)) for row in rows]
