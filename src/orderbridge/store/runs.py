"""Runs and their steps: what a flow version did for one event, so that no step is done twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.store.database import Tx
from orderbridge.store.lanes import HELD, Lane, lost

RUNNING, DONE, NOTHING, WAITING, DEAD = "running", "done", "nothing", "waiting", "dead"
STATES = (DONE, NOTHING, RUNNING, WAITING, DEAD)


@dataclass(frozen=True, slots=True)
class Begun:
    """A run at the start of an attempt.

    Attributes:
        attempts: Which attempt this is.
        started_at: When the first one began.
        wake_at: Until when the run waited last; None when it never did.
    """

    state: str
    attempts: int
    started_at: datetime
    wake_at: datetime | None


async def begin(tx: Tx, lane: Lane, *, run_id: str, event_id: str, flow_id: str, flow_version: int) -> Begun:
    """Start a run or find it; a finished run stays as it is."""
    row = await tx.fetchrow(
        f"""
        WITH {HELD}
        INSERT INTO runs AS r (id, event_id, flow_id, flow_version, lane, state, attempts)
        SELECT $3, $4, $5, $6::int, $1, 'running', 1 FROM held
        ON CONFLICT (id) DO UPDATE
           SET attempts = r.attempts + 1,
               state = CASE WHEN r.state = 'waiting' THEN 'running' ELSE r.state END
        RETURNING state, attempts, started_at, wake_at
        """,  # noqa: S608 (a constant)
        lane.key,
        lane.fence,
        run_id,
        event_id,
        flow_id,
        flow_version,
    )
    if row is None:
        raise lost(lane)
    return Begun(**dict(row))


async def finished_steps(tx: Tx, run_id: str) -> dict[str, JsonObject]:
    """Return the outputs of the steps that succeeded, by their path."""
    rows = await tx.fetch("SELECT path, output FROM steps WHERE run_id = $1 AND state = 'done'", run_id)
    return {row["path"]: row["output"] for row in rows}


async def open_waits(tx: Tx, run_id: str) -> dict[str, datetime]:
    """Return until when each step of a run waits that has not waited to its end, by its path."""
    rows = await tx.fetch(
        "SELECT path, (output->>'until')::timestamptz AS until FROM steps WHERE run_id = $1 AND state = 'waiting'",
        run_id,
    )
    return {row["path"]: row["until"] for row in rows}


async def step_input(tx: Tx, run_id: str, path: str) -> JsonObject | None:
    """Return what a step was given, None where it was not begun."""
    value: JsonObject | None = await tx.fetchval(
        "SELECT input FROM steps WHERE run_id = $1 AND path = $2", run_id, path
    )
    return value


async def record_step(
    tx: Tx,
    lane: Lane,
    *,
    run_id: str,
    path: str,
    action: str,
    state: str,
    input_: Any,
    output: Any,
    error: str | None = None,
) -> None:
    """Keep what a step was given, without its secrets, and what it gave."""
    done = await tx.fetchval(
        f"""
        WITH {HELD}
        INSERT INTO steps (run_id, path, action, state, input, output, error)
        SELECT $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9 FROM held
        ON CONFLICT (run_id, path) DO UPDATE
           SET state = excluded.state, input = excluded.input, output = excluded.output,
               error = excluded.error, finished_at = now()
        RETURNING true
        """,  # noqa: S608
        lane.key,
        lane.fence,
        run_id,
        path,
        action,
        state,
        redact(input_),
        output,
        error,
    )
    if not done:
        raise lost(lane)


async def finish(
    tx: Tx,
    lane: Lane,
    run_id: str,
    *,
    state: str,
    reason: str | None = None,
    cause: str | None = None,
    held: tuple[Decimal, str] | None = None,
) -> None:
    """Give a run its visible outcome; ``held`` is the money that waits with it."""
    done = await tx.fetchval(
        f"""
        WITH {HELD}
        UPDATE runs SET state = $4, reason = $5, cause = $6, held_amount = $7, held_currency = $8,
               finished_at = CASE WHEN $4 IN ('running', 'waiting') THEN NULL ELSE now() END
        FROM held WHERE id = $3 RETURNING true
        """,  # noqa: S608
        lane.key,
        lane.fence,
        run_id,
        state,
        reason,
        cause,
        held[0] if held else None,
        held[1] if held else None,
    )
    if not done:
        raise lost(lane)


async def park(tx: Tx, lane: Lane, run_id: str, *, until: datetime, reason: str) -> None:
    """Let a run wait; ``due`` finds it again."""
    done = await tx.fetchval(
        f"""
        WITH {HELD}
        UPDATE runs SET state = 'waiting', wake_at = $4, reason = $5, cause = NULL, finished_at = NULL
        FROM held WHERE id = $3 RETURNING true
        """,  # noqa: S608
        lane.key,
        lane.fence,
        run_id,
        until,
        reason,
    )
    if not done:
        raise lost(lane)


async def due(tx: Tx, *, now: datetime, limit: int = 500) -> list[str]:
    """Put the events of runs that have waited long enough back into their lanes; return the lanes to wake."""
    rows = await tx.fetch(
        """
        UPDATE events SET outcome = 'pending', reason = NULL
        WHERE outcome = 'parked' AND id IN (
            SELECT event_id FROM runs WHERE state = 'waiting' AND wake_at <= $1 ORDER BY wake_at LIMIT $2)
        RETURNING lane
        """,
        now,
        limit,
    )
    return sorted({row["lane"] for row in rows})


async def abandon(tx: Tx, lane: Lane, event_id: str, flow_ids: list[str]) -> None:
    """Close the unfinished runs that an event has of flows which are switched off now."""
    await tx.execute(
        f"""
        WITH {HELD}
        UPDATE runs SET state = 'nothing', finished_at = now(),
               reason = 'the flow was switched off before this run came to its end'
        FROM held WHERE event_id = $3 AND flow_id = ANY($4) AND state IN ('running', 'waiting')
        """,  # noqa: S608
        lane.key,
        lane.fence,
        event_id,
        flow_ids,
    )


async def list_runs(tx: Tx, *, state: str | None = None, limit: int = 100) -> list[dict[str, Any]]:
    """List runs, newest first, with the record that each was for."""
    rows = await tx.fetch(
        """
        SELECT runs.id, flows.name AS flow, runs.flow_version, events.type, events.kind, events.record_id,
               runs.state, runs.reason, runs.cause, runs.held_amount, runs.held_currency, runs.attempts,
               runs.started_at, runs.finished_at
        FROM runs JOIN events ON events.id = runs.event_id LEFT JOIN flows ON flows.id = runs.flow_id
        WHERE $1::text IS NULL OR runs.state = $1 ORDER BY runs.started_at DESC LIMIT $2
        """,
        state,
        limit,
    )
    return [dict(row) for row in rows]


async def ids_beginning(tx: Tx, given: str) -> list[str]:
    """Return the ids that begin with ``given``, two at most."""
    rows = await tx.fetch(
        "SELECT id FROM runs WHERE starts_with(id, $1) ORDER BY id = $1 DESC LIMIT 2", given
    )
    found = [row["id"] for row in rows]
    return found[:1] if given in found else found


async def show(tx: Tx, run_id: str) -> dict[str, Any] | None:
    """Return one run with its steps and receipts."""
    run = await tx.fetchrow("SELECT * FROM runs WHERE id = $1", run_id)
    if run is None:
        return None
    steps = await tx.fetch("SELECT * FROM steps WHERE run_id = $1 ORDER BY finished_at", run_id)
    receipts = await tx.fetch("SELECT * FROM receipts WHERE run_id = $1 ORDER BY settled_at", run_id)
    return dict(run) | {"steps": [dict(row) for row in steps], "receipts": [dict(row) for row in receipts]}


async def reopen_dead(
    tx: Tx, *, cause: str | None, run_ids: list[str] | None = None, lane: str | None = None
) -> list[str]:
    """Make dead runs and their events pending again; return the lanes to wake."""
    rows = await tx.fetch(
        """
        WITH reopened AS (
            UPDATE runs SET state = 'waiting', reason = NULL, finished_at = NULL
            WHERE state = 'dead' AND ($1::text IS NULL OR cause = $1)
              AND ($2::text[] IS NULL OR id = ANY($2)) AND ($3::text IS NULL OR lane = $3)
            RETURNING event_id, lane)
        UPDATE events SET outcome = 'pending', reason = NULL FROM reopened
        WHERE events.id = reopened.event_id RETURNING reopened.lane
        """,
        cause,
        run_ids,
        lane,
    )
    return sorted({row["lane"] for row in rows})


async def supersede(
    tx: Tx, *, connection_id: str, kind: str, record_id: str, revision: int, flow_ids: Sequence[str]
) -> None:
    """Close dead runs for older states of a record that has been carried over in a newer one.

    Trying one again would write the older state over the newer. What another flow wrote says nothing about it.

    Args:
        tx: The transaction.
        connection_id: Whose record.
        kind: Of record.
        record_id: The record.
        revision: The newer one.
        flow_ids: Who carried it over: runs of these flows are closed, and of flows of the same template.
    """
    await tx.execute(
        """
        WITH closed AS (
            UPDATE runs SET state = 'nothing', held_amount = NULL, held_currency = NULL,
                   reason = 'a newer state of this record was carried over; before that: ' || coalesce(runs.reason, '')
            FROM events WHERE events.id = runs.event_id AND runs.state = 'dead'
             AND events.connection_id = $1 AND events.kind = $2 AND events.record_id = $3 AND events.revision < $4
             AND runs.flow_id IN (
                 SELECT other.id FROM flows other JOIN flows own ON own.id = other.id
                     OR (own.template = other.template AND own.source_connection = other.source_connection
                         AND own.target_connection = other.target_connection)
                 WHERE own.id = ANY($5::text[]))
            RETURNING runs.event_id)
        UPDATE events SET outcome = 'nothing', reason = 'a newer state of this record was carried over'
        FROM closed WHERE events.id = closed.event_id
        """,
        connection_id,
        kind,
        record_id,
        revision,
        list(flow_ids),
    )


async def dead_groups(tx: Tx) -> list[dict[str, Any]]:
    """Group dead runs by cause and currency, the most money first."""
    rows = await tx.fetch(
        """
        SELECT cause, held_currency AS currency, count(*) AS runs, sum(held_amount) AS held,
               min(reason) AS example
        FROM runs WHERE state = 'dead' GROUP BY cause, held_currency
        ORDER BY sum(held_amount) DESC NULLS LAST, count(*) DESC
        """
    )
    return [dict(row) for row in rows]


async def counts(tx: Tx) -> dict[str, int]:
    """Count runs by state."""
    rows = await tx.fetch("SELECT state, count(*) AS n FROM runs GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


async def pinned_versions(tx: Tx, event_id: str) -> dict[str, int]:
    """Return which version of each flow an event's runs began with: they keep it to their end."""
    rows = await tx.fetch("SELECT flow_id, flow_version FROM runs WHERE event_id = $1", event_id)
    return {row["flow_id"]: row["flow_version"] for row in rows}


async def unfinished(tx: Tx, event_id: str) -> list[str]:
    """Return the runs of an event that have no outcome yet."""
    rows = await tx.fetch(
        "SELECT id FROM runs WHERE event_id = $1 AND state IN ('running', 'waiting')", event_id
    )
    return [row["id"] for row in rows]
