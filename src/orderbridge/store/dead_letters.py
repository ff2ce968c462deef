"""What waits for a person, grouped by its cause: runs that stopped, and deliveries that could not be read."""

from __future__ import annotations

from typing import Any

from orderbridge.store.database import Tx

# A record of which several states or flows stopped holds its money once: that of its newest state.
_RUNS = """
    WITH dead AS (
        SELECT runs.cause, runs.id, runs.reason, runs.held_amount AS amount, runs.held_currency AS currency,
               coalesce(runs.finished_at, runs.started_at) AS at, flows.name AS flow,
               events.connection_id, events.kind, events.record_id,
               row_number() OVER (PARTITION BY runs.cause ORDER BY runs.started_at, runs.id) AS place,
               row_number() OVER (PARTITION BY runs.cause, events.connection_id, events.kind, events.record_id
                                  ORDER BY events.revision DESC, runs.started_at DESC) AS newest
        FROM runs JOIN events ON events.id = runs.event_id LEFT JOIN flows ON flows.id = runs.flow_id
        WHERE runs.state = 'dead' AND ($1::text IS NULL OR runs.cause = $1)),
    sums AS (
        SELECT cause, currency, sum(amount) AS amount FROM dead
        WHERE newest = 1 AND currency IS NOT NULL GROUP BY cause, currency),
    money AS (
        SELECT cause, jsonb_object_agg(currency, amount::text) AS money FROM sums GROUP BY cause)
    SELECT dead.cause, count(*)::int AS runs, count(*) FILTER (WHERE newest = 1)::int AS records,
           count(*) FILTER (WHERE newest = 1 AND currency IS NULL)::int AS without_amount,
           min(at) AS since, max(at) AS latest,
           coalesce((SELECT money FROM money WHERE money.cause IS NOT DISTINCT FROM dead.cause), '{}') AS money,
           jsonb_agg(jsonb_build_object('run', id, 'flow', flow, 'record', kind || ' ' || record_id, 'reason', reason)
                     ORDER BY place) FILTER (WHERE place <= $2) AS examples
    FROM dead GROUP BY dead.cause
"""

_DELIVERIES = """
    WITH dead AS (
        SELECT cause, id, kind, record_id, lane, reason, coalesce(settled_at, received_at) AS at,
               row_number() OVER (PARTITION BY cause ORDER BY id) AS place
        FROM inbox WHERE outcome = 'dead' AND ($1::text IS NULL OR cause = $1))
    SELECT cause, count(*)::int AS deliveries, count(DISTINCT lane)::int AS records, min(at) AS since,
           max(at) AS latest,
           jsonb_agg(jsonb_build_object('delivery', id, 'record', concat_ws(' ', kind, record_id), 'reason', reason)
                     ORDER BY place) FILTER (WHERE place <= $2) AS examples
    FROM dead GROUP BY cause
"""


async def runs_by_cause(tx: Tx, *, cause: str | None = None, examples: int = 3) -> list[dict[str, Any]]:
    """Group dead runs: how many, of how many records, since when, the money by currency, and some examples.

    Args:
        tx: The transaction.
        cause: Only this one.
        examples: How many of each group, the oldest first.
    """
    return [dict(row) for row in await tx.fetch(_RUNS, cause, examples)]


async def deliveries_by_cause(tx: Tx, *, cause: str | None = None, examples: int = 3) -> list[dict[str, Any]]:
    """Group dead deliveries in the same way; what they are worth is not known, since they could not be read."""
    return [dict(row) for row in await tx.fetch(_DELIVERIES, cause, examples)]
