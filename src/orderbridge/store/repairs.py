"""What is tried again, done once more, cancelled or closed: changes of runs that no worker makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderbridge.core.endings import cancelled_because
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx
from orderbridge.store.events import NOBODY_LISTENS


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairable:
    """A run as far as repairing it goes.

    Attributes:
        origin_id: The first run of this event and flow.
        latest: Whether no later run of this event and flow exists.
        newest_version: The flow's published version now; None where the flow is gone.
    """

    id: str
    event_id: str
    flow_id: str
    flow: str | None
    flow_version: int
    newest_version: int | None
    enabled: bool
    lane: str
    state: str
    reason: str | None
    cause: str | None
    origin_id: str
    replayed_from: str | None
    latest: bool
    started_at: datetime


_REPAIRABLE = """
    SELECT runs.id, runs.event_id, runs.flow_id, flows.name AS flow, runs.flow_version,
           flows.version AS newest_version, coalesce(flows.enabled, false) AS enabled, runs.lane, runs.state,
           runs.reason, runs.cause, coalesce(runs.origin_id, runs.id) AS origin_id, runs.replayed_from,
           NOT EXISTS (SELECT 1 FROM runs later WHERE later.event_id = runs.event_id
                        AND later.flow_id = runs.flow_id AND later.started_at > runs.started_at) AS latest,
           runs.started_at
    FROM runs JOIN events ON events.id = runs.event_id LEFT JOIN flows ON flows.id = runs.flow_id
"""


async def one(tx: Tx, run_id: str) -> Repairable | None:
    """Return a run of a flow; None where there is none of that id. Its row stays locked."""
    await tx.execute("SELECT 1 FROM runs WHERE id = $1 FOR UPDATE", run_id)
    row = await tx.fetchrow(f"{_REPAIRABLE} WHERE runs.id = $1", run_id)
    return Repairable(**dict(row)) if row else None


async def of_event(tx: Tx, event_id: str) -> list[Repairable]:
    """Return the latest run of each flow of an event."""
    rows = await tx.fetch(f"{_REPAIRABLE} WHERE runs.event_id = $1", event_id)
    return [item for item in (Repairable(**dict(row)) for row in rows) if item.latest]


async def chosen(
    tx: Tx,
    *,
    flow_id: str | None,
    cause: str | None,
    since: datetime | None,
    until: datetime | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Repairable]:
    """Return runs to do once more, oldest first: those that ended, and that were no replay themselves.

    Args:
        flow_id: Of this flow only.
        cause: Only dead ones that stopped for this cause.
        since: Begun at or after.
        until: Begun before.
        after: Where the last batch ended: its last run's start and id.
    """
    rows = await tx.fetch(
        f"""
        {_REPAIRABLE}
        WHERE ($1::text IS NULL OR runs.flow_id = $1)
          AND (CASE WHEN $2::text IS NULL THEN runs.state IN ('done', 'nothing', 'dead') AND runs.origin_id IS NULL
                    ELSE runs.state = 'dead' AND runs.cause = $2 END)
          AND ($3::timestamptz IS NULL OR runs.started_at >= $3)
          AND ($4::timestamptz IS NULL OR runs.started_at < $4)
          AND ($5::timestamptz IS NULL OR (runs.started_at, runs.id) > ($5, $6))
        ORDER BY runs.started_at, runs.id LIMIT $7
        """,
        flow_id,
        cause,
        since,
        until,
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )
    return [Repairable(**dict(row)) for row in rows]


async def add(
    tx: Tx,
    *,
    run_id: str,
    event_id: str,
    flow_id: str,
    flow_version: int,
    lane: str,
    origin_id: str | None,
    replayed_from: str | None,
    asked: JsonObject,
) -> bool:
    """Add a run that waits for its worker; False when it was added before, or one is open already."""
    return bool(
        await tx.fetchval(
            """
            WITH added AS (
                INSERT INTO runs (id, event_id, flow_id, flow_version, lane, state, attempts, origin_id,
                                  replayed_from, late, asked, started_at, wake_at)
                VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $7, true, $8, clock_timestamp(), now())
                ON CONFLICT DO NOTHING RETURNING id),
            sought AS (
                INSERT INTO run_search (run_id, words, amount, currency)
                SELECT added.id, words, amount, currency FROM added, run_search WHERE run_search.run_id = $7)
            SELECT true FROM added
            """,
            run_id,
            event_id,
            flow_id,
            flow_version,
            lane,
            origin_id,
            replayed_from,
            asked,
        )
    )


async def keep_steps(tx: Tx, *, source: str, target: str) -> None:
    """Give a run what another one did, for the steps that it leaves out."""
    await tx.execute(
        """
        INSERT INTO steps (run_id, path, action, state, input, output)
        SELECT $2, path, action, 'kept', input, output FROM steps WHERE run_id = $1 AND state IN ('done', 'kept')
        """,
        source,
        target,
    )


async def close_replayed(tx: Tx, *, event_id: str, flow_id: str, by_run: str) -> None:
    """Close the dead runs of an event and flow in whose place another one goes on."""
    await tx.execute(
        """
        UPDATE runs SET state = 'nothing', held_amount = NULL, held_currency = NULL, finished_at = now(),
               reason = 'done once more as run ' || $3::text || '; before that: ' || coalesce(reason, '')
        WHERE event_id = $1 AND flow_id = $2 AND state = 'dead'
        """,
        event_id,
        flow_id,
        by_run,
    )


async def unheard(tx: Tx, *, after: int, limit: int) -> list[tuple[int, str]]:
    """Return (position, id) of the newest events of records that came in before any flow listened, oldest first."""
    rows = await tx.fetch(
        """
        SELECT seq, id FROM events
        WHERE seq > $2 AND outcome = 'nothing' AND reason = $1
          AND NOT EXISTS (SELECT 1 FROM events newer
                           WHERE newer.connection_id = events.connection_id AND newer.kind = events.kind
                             AND newer.record_id = events.record_id AND newer.revision > events.revision)
        ORDER BY seq LIMIT $3
        """,
        NOBODY_LISTENS,
        after,
        limit,
    )
    return [(row["seq"], row["id"]) for row in rows]


async def reopen_events(tx: Tx, event_ids: Sequence[str]) -> list[str]:
    """Let workers look at events again; return their lanes."""
    rows = await tx.fetch(
        "UPDATE events SET outcome = 'pending', reason = NULL WHERE id = ANY($1::text[]) RETURNING lane",
        sorted(event_ids),
    )
    return sorted({row["lane"] for row in rows})


async def reopen_dead(
    tx: Tx, *, cause: str | None, run_ids: list[str] | None = None, lane: str | None = None
) -> list[str]:
    """Make dead runs and their events pending again; return the lanes to wake.

    Their retry policies begin anew.
    """
    rows = await tx.fetch(
        """
        WITH reopened AS (
            UPDATE runs SET state = 'waiting', reason = NULL, cause = NULL, finished_at = NULL, late = true,
                   wake_at = now()
            WHERE state = 'dead' AND ($1::text IS NULL OR cause = $1)
              AND ($2::text[] IS NULL OR id = ANY($2)) AND ($3::text IS NULL OR lane = $3)
              AND NOT EXISTS (SELECT 1 FROM runs other WHERE other.event_id = runs.event_id
                               AND other.flow_id = runs.flow_id AND other.state IN ('running', 'waiting'))
            RETURNING id, event_id, lane),
        fresh AS (
            UPDATE steps SET failures = 0, retry_at = NULL FROM reopened
            WHERE run_id = reopened.id AND state = 'failed' RETURNING 1)
        UPDATE events SET outcome = 'pending', reason = NULL FROM reopened
        WHERE events.id = reopened.event_id RETURNING reopened.lane
        """,
        cause,
        run_ids,
        lane,
    )
    return sorted({row["lane"] for row in rows})


async def try_now(tx: Tx, run_id: str) -> None:
    """Let a run that waits to be tried again not wait any longer."""
    await tx.execute("UPDATE steps SET retry_at = NULL WHERE run_id = $1 AND state = 'failed'", run_id)


async def edit(tx: Tx, run_id: str, edits: JsonObject | None) -> None:
    """Give steps of a run another input, by their path, or take back what was given."""
    await tx.execute("UPDATE runs SET edits = $2 WHERE id = $1", run_id, edits)


async def failed_step(tx: Tx, run_id: str) -> dict[str, Any] | None:
    """Return the step at which a run stopped."""
    row = await tx.fetchrow(
        "SELECT path, action, input, error FROM steps WHERE run_id = $1 AND state = 'failed'"
        " ORDER BY finished_at DESC LIMIT 1",
        run_id,
    )
    return dict(row) if row else None


async def cancel(tx: Tx, run_id: str, asked: JsonObject) -> bool:
    """End a run that nobody works on now, or ask its worker to; False when it had ended already."""
    return bool(
        await tx.fetchval(
            """
            UPDATE runs SET cancel_asked = $2,
                   state = CASE WHEN state = 'running' THEN state ELSE 'cancelled' END,
                   reason = CASE WHEN state = 'running' THEN reason ELSE $3 END,
                   finished_at = CASE WHEN state = 'running' THEN NULL ELSE now() END,
                   held_amount = NULL, held_currency = NULL
            WHERE id = $1 AND state IN ('running', 'waiting', 'dead') RETURNING true
            """,
            run_id,
            asked,
            cancelled_because(asked),
        )
    )


async def conclude(tx: Tx, event_id: str, reason: str | None) -> None:
    """Give an event the outcome that its latest runs leave it; one that a worker has yet to settle stays."""
    await tx.execute(
        """
        WITH last AS (
            SELECT DISTINCT ON (flow_id) state FROM runs WHERE event_id = $1 ORDER BY flow_id, started_at DESC)
        UPDATE events SET reason = $2, outcome = (
            SELECT CASE WHEN bool_or(state IN ('waiting', 'running')) THEN 'parked'
                        WHEN bool_or(state = 'dead') THEN 'dead'
                        WHEN bool_or(state = 'done') THEN 'done' ELSE 'nothing' END FROM last)
        WHERE id = $1 AND outcome NOT IN ('pending', 'waiting')
        """,
        event_id,
        reason,
    )


async def supersede(
    tx: Tx, *, flow_ids: Sequence[str], connection_id: str, kind: str, record_id: str, revision: int
) -> None:
    """Close runs that failed with older states of a record which has been carried over in a newer one.

    Trying one again would write the older state over the newer. Closed are runs of ``flow_ids``, and of flows of the
    same template between the same connections; what another flow wrote says nothing about theirs.
    """
    await tx.execute(
        """
        WITH closed AS (
            UPDATE runs SET state = 'nothing', held_amount = NULL, held_currency = NULL, finished_at = now(),
                   reason = 'a newer state of this record was carried over; before that: ' || coalesce(runs.reason, '')
            FROM events WHERE events.id = runs.event_id
             AND (runs.state = 'dead' OR (runs.state = 'waiting' AND runs.cause IS NOT NULL))
             AND runs.flow_id IN (
                  SELECT other.id FROM flows other JOIN flows own ON own.id = other.id
                      OR (own.template = other.template AND own.source_connection = other.source_connection
                          AND own.target_connection = other.target_connection)
                  WHERE own.id = ANY($5::text[]))
             AND events.connection_id = $1 AND events.kind = $2 AND events.record_id = $3 AND events.revision < $4
            RETURNING runs.id, runs.event_id)
        UPDATE events SET outcome = 'nothing', reason = 'a newer state of this record was carried over'
        FROM closed WHERE events.id = closed.event_id
         AND NOT EXISTS (SELECT 1 FROM runs other WHERE other.event_id = closed.event_id
                          AND other.state IN ('running', 'waiting', 'dead')
                          AND other.id NOT IN (SELECT id FROM closed))
        """,
        connection_id,
        kind,
        record_id,
        revision,
        list(flow_ids),
    )
