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
CANCELLED = "cancelled"
STATES = (DONE, NOTHING, RUNNING, WAITING, DEAD, CANCELLED)
OPEN = (RUNNING, WAITING)
# A step whose outcome was taken over from the run that this one goes on from.
KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a run is found by.

    Attributes:
        words: Lower case; each is met as a whole.
    """

    words: Sequence[str] = ()
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A run at the start of an attempt.

    Attributes:
        attempts: Which attempt this is.
        started_at: When the first one began, of the first run of this event and flow.
        wake_at: Until when the run waited last; None when it never did.
        origin_id: The first run of this event and flow: what it wrote is ours.
        replayed_from: The run that a person wanted once more.
        late: It did not follow its event at once.
        asked: What a person asked of it.
        edits: Inputs that a person gave its steps, by their path.
        cancel_asked: By whom, when and why it is to end.
    """

    state: str
    attempts: int
    started_at: datetime
    wake_at: datetime | None
    origin_id: str
    replayed_from: str | None
    late: bool
    asked: JsonObject
    edits: JsonObject
    cancel_asked: JsonObject | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """What is known of a step from earlier attempts."""

    path: str
    action: str
    state: str
    output: Any
    failures: int
    retry_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The latest run of an event by one flow."""

    id: str
    flow_id: str
    flow_version: int
    state: str
    reason: str | None


async def begin(
    tx: Tx,
    lane: Lane,
    *,
    run_id: str,
    event_id: str,
    flow_id: str,
    flow_version: int,
    found: Found = Found(),
) -> Begun:
    """Start a run or find it; a finished run stays as it is."""
    row = await tx.fetchrow(
        f"""
        WITH {HELD}, begun AS (
            INSERT INTO runs AS r (id, event_id, flow_id, flow_version, lane, state, attempts)
            SELECT $3, $4, $5, $6::int, $1, 'running', 1 FROM held
            ON CONFLICT (id) DO UPDATE
               SET attempts = r.attempts + 1,
                   state = CASE WHEN r.state = 'waiting' THEN 'running' ELSE r.state END
            RETURNING state, attempts, started_at, wake_at, coalesce(origin_id, id) AS origin_id, replayed_from,
                      late, coalesce(asked, '{{}}'::jsonb) AS asked, coalesce(edits, '{{}}'::jsonb) AS edits,
                      cancel_asked),
        sought AS (
            INSERT INTO run_search (run_id, words, amount, currency)
            SELECT $3, $7::text[], $8::numeric, $9::text FROM begun WHERE $4 <> $3
            ON CONFLICT (run_id) DO NOTHING)
        SELECT state, attempts,
               coalesce((SELECT o.started_at FROM runs o WHERE o.id = begun.origin_id), started_at) AS started_at,
               wake_at, origin_id, replayed_from, late, asked, edits, cancel_asked
        FROM begun
        """,  # noqa: S608 (a constant)
        lane.key,
        lane.fence,
        run_id,
        event_id,
        flow_id,
        flow_version,
        list(found.words),
        found.amount,
        found.currency,
    )
    if row is None:
        raise lost(lane)
    return Begun(**dict(row))


async def steps_of(tx: Tx, run_id: str) -> list[StepState]:
    """Return what earlier attempts of a run left."""
    rows = await tx.fetch(
        "SELECT path, action, state, output, failures, retry_at FROM steps WHERE run_id = $1", run_id
    )
    return [StepState(**dict(row)) for row in rows]


async def finished_steps(tx: Tx, run_id: str) -> dict[str, JsonObject]:
    """Return the outputs of the steps that succeeded, by their path."""
    return {item.path: item.output for item in await steps_of(tx, run_id) if item.state == DONE}


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
    cause: str | None = None,
    failures: int = 0,
    retry_at: datetime | None = None,
    took_s: float | None = None,
    edited: JsonObject | None = None,
    calls: JsonObject | None = None,
) -> JsonObject | None:
    """Keep what a step was given, without its secrets, and what it gave; failed attempts stay visible.

    ``calls`` are those that this attempt made, as ``store.exchanges`` shows them again.

    Returns:
        By whom, when and why the run is to be cancelled, None where nobody asked for that.
    """
    row = await tx.fetchrow(
        f"""
        WITH {HELD}, kept AS (
            INSERT INTO steps AS s (run_id, path, action, state, input, output, error, failures, retry_at, took_s,
                                    edited)
            SELECT $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $11::int, $12::timestamptz, $13::float8, $14::jsonb
            FROM held
            ON CONFLICT (run_id, path) DO UPDATE
               SET state = excluded.state, input = excluded.input, output = excluded.output,
                   error = excluded.error, finished_at = now(), attempts = s.attempts + 1,
                   failures = excluded.failures, retry_at = excluded.retry_at, took_s = excluded.took_s,
                   edited = excluded.edited
            RETURNING attempts),
        again AS (
            UPDATE step_attempts SET times = times + 1, last_at = now()
            FROM kept
            WHERE $9::text IS NOT NULL AND run_id = $3 AND path = $4 AND error = $9
              AND input IS NOT DISTINCT FROM $7::jsonb
              AND attempt = (SELECT max(attempt) FROM step_attempts WHERE run_id = $3 AND path = $4)
            RETURNING attempt),
        told AS (
            INSERT INTO step_attempts (run_id, path, attempt, input, error, cause, took_s, edited)
            SELECT $3, $4, kept.attempts, $7::jsonb, $9, $10, $13::float8, $14::jsonb FROM kept
            WHERE $9::text IS NOT NULL AND NOT EXISTS (SELECT 1 FROM again)),
        heard AS (
            -- Of attempts that fail in the same way the calls of the last one.
            INSERT INTO exchanges (run_id, path, attempt, calls)
            SELECT $3, $4, coalesce((SELECT attempt FROM again), kept.attempts), $15::jsonb FROM kept
            WHERE $15::jsonb IS NOT NULL
            ON CONFLICT (run_id, path, attempt) DO UPDATE SET calls = excluded.calls, kept_at = now())
        SELECT (SELECT cancel_asked FROM runs WHERE id = $3) AS cancel_asked FROM kept
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
        cause,
        failures,
        retry_at,
        took_s,
        edited,
        calls,
    )
    if row is None:
        raise lost(lane)
    asked: JsonObject | None = row["cancel_asked"]
    return asked


async def finish(
    tx: Tx,
    lane: Lane,
    run_id: str,
    *,
    state: str,
    reason: str | None = None,
    cause: str | None = None,
    held: tuple[Decimal, str] | None = None,
    words: Sequence[str] = (),
) -> None:
    """Give a run its visible outcome.

    Args:
        held: The money that waits with it.
        words: What it can be found by from now on, beside the ids of what it wrote.
    """
    done = await tx.fetchval(
        f"""
        WITH {HELD}, ended AS (
            UPDATE runs SET state = $4, reason = $5, cause = $6, held_amount = $7, held_currency = $8,
                   finished_at = CASE WHEN $4 IN ('running', 'waiting') THEN NULL ELSE now() END
            FROM held WHERE id = $3 RETURNING id),
        wrote AS (
            SELECT coalesce(array_agg(DISTINCT lower(target_id)), '{{}}') AS ids FROM receipts
            WHERE run_id = $3 AND target_id IS NOT NULL),
        sought AS (
            UPDATE run_search SET words = ARRAY(SELECT DISTINCT unnest(words || wrote.ids || $9::text[]))
            FROM ended, wrote WHERE run_search.run_id = ended.id AND NOT words @> (wrote.ids || $9::text[]))
        SELECT true FROM ended
        """,  # noqa: S608
        lane.key,
        lane.fence,
        run_id,
        state,
        reason,
        cause,
        held[0] if held else None,
        held[1] if held else None,
        list(words),
    )
    if not done:
        raise lost(lane)


async def park(
    tx: Tx, lane: Lane, run_id: str, *, until: datetime, reason: str, cause: str | None = None
) -> None:
    """Let a run wait; ``due`` finds it again. With a ``cause`` it failed and is tried again by itself."""
    done = await tx.fetchval(
        f"""
        WITH {HELD}
        UPDATE runs SET state = 'waiting', wake_at = $4, reason = $5, cause = $6, finished_at = NULL,
               late = late OR $6::text IS NOT NULL
        FROM held WHERE id = $3 RETURNING true
        """,  # noqa: S608
        lane.key,
        lane.fence,
        run_id,
        until,
        reason,
        cause,
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


async def latest(tx: Tx, event_id: str) -> dict[str, Latest]:
    """Return the latest run that each flow has of an event, by the flow: it keeps its version to its end."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT ON (flow_id) id, flow_id, flow_version, state, reason FROM runs
        WHERE event_id = $1 ORDER BY flow_id, started_at DESC, state IN ('running', 'waiting') DESC
        """,
        event_id,
    )
    return {row["flow_id"]: Latest(**dict(row)) for row in rows}


async def overtaken_by(
    tx: Tx, *, flow_id: str, connection_id: str, kind: str, record_id: str, revision: int
) -> str | None:
    """Tell how far the flow has come with a newer state of the record: ``done``, ``begun``, or None for not at all."""
    row = await tx.fetchrow(
        """
        SELECT count(*) AS begun, count(*) FILTER (WHERE runs.state = 'done') AS done
        FROM events JOIN runs ON runs.event_id = events.id
        WHERE events.connection_id = $1 AND events.kind = $2 AND events.record_id = $3 AND events.revision > $4
          AND runs.flow_id = $5 AND runs.state IN ('running', 'waiting', 'dead', 'done')
        """,
        connection_id,
        kind,
        record_id,
        revision,
        flow_id,
    )
    if row is None or not row["begun"]:
        return None
    return "done" if row["done"] else "begun"


async def unfinished(tx: Tx, event_id: str) -> list[str]:
    """Return the runs of an event that have no outcome yet."""
    rows = await tx.fetch(
        "SELECT id FROM runs WHERE event_id = $1 AND state IN ('running', 'waiting')", event_id
    )
    return [row["id"] for row in rows]
