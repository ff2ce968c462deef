"""Replays of dead letters: what each took up, and how all of that ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.store import inbox, repairs
from orderbridge.store.database import Tx

RUN, DELIVERY = "run", "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A replay of dead letters.

    Attributes:
        cause: Of what was taken up; None for everything.
        started: Whether everything was taken up.
        report: How it ended, once that is known.
        asked_at: When it was looked up here, by the database's clock.
    """

    id: str
    cause: str | None
    asked_by: str
    begun_at: datetime
    started: bool
    report: JsonObject | None
    asked_at: datetime


_COLUMNS = "id, cause, asked_by, begun_at, started, report, clock_timestamp() AS asked_at"


async def open_or_begin(tx: Tx, *, new_id: str, cause: str | None, asked_by: str) -> Replay:
    """Return the replay of this cause that has not ended, or begin one."""
    await tx.execute(
        "INSERT INTO replays (id, cause, asked_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        new_id,
        cause,
        asked_by,
    )
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM replays WHERE report IS NULL AND coalesce(cause, '') = coalesce($1, '')",  # noqa: S608
        cause,
    )
    return Replay(**dict(row))  # type: ignore[arg-type]


async def one(tx: Tx, replay_id: str) -> Replay | None:
    """Return a replay."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM replays WHERE id = $1", replay_id)  # noqa: S608
    return Replay(**dict(row)) if row else None


async def take_up(tx: Tx, replay: Replay, *, limit: int) -> tuple[int, list[str]]:
    """Let the next dead letters go on from where they stopped; what was taken up since ``asked_at`` stays as it is.

    Returns:
        How many were taken up, and the lanes in which they go on.
    """
    # One command at a time: two that were given side by side share the work.
    await tx.execute("SELECT 1 FROM replays WHERE id = $1 FOR UPDATE", replay.id)
    run_ids = [
        row["item"]
        for row in await tx.fetch(
            """
            INSERT INTO replay_items (replay_id, sort, item, lane, amount, currency)
            SELECT $1, 'run', id, lane, held_amount, held_currency FROM runs
            WHERE state = 'dead' AND ($2::text IS NULL OR cause = $2)
              AND NOT EXISTS (SELECT 1 FROM replay_items taken
                               WHERE taken.replay_id = $1 AND taken.sort = 'run' AND taken.item = runs.id
                                 AND taken.taken_at >= $4)
              AND NOT EXISTS (SELECT 1 FROM runs other WHERE other.event_id = runs.event_id
                               AND other.flow_id = runs.flow_id AND other.state IN ('running', 'waiting'))
            ORDER BY started_at, id LIMIT $3 FOR UPDATE
            ON CONFLICT (replay_id, sort, item) DO UPDATE
               SET taken_at = now(), amount = excluded.amount, currency = excluded.currency
            RETURNING item
            """,
            replay.id,
            replay.cause,
            limit,
            replay.asked_at,
        )
    ]
    if run_ids:
        return len(run_ids), await repairs.reopen_dead(tx, cause=None, run_ids=run_ids)
    ids = [
        int(row["item"])
        for row in await tx.fetch(
            """
            INSERT INTO replay_items (replay_id, sort, item, lane)
            SELECT $1, 'delivery', id::text, lane FROM inbox
            WHERE outcome = 'dead' AND ($2::text IS NULL OR cause = $2)
              AND NOT EXISTS (SELECT 1 FROM replay_items taken
                               WHERE taken.replay_id = $1 AND taken.sort = 'delivery' AND taken.item = inbox.id::text
                                 AND taken.taken_at >= $4)
            ORDER BY id LIMIT $3 FOR UPDATE
            ON CONFLICT (replay_id, sort, item) DO UPDATE SET taken_at = now()
            RETURNING item
            """,
            replay.id,
            replay.cause,
            limit,
            replay.asked_at,
        )
    ]
    if ids:
        return len(ids), await inbox.reopen_dead(tx, ids=ids)
    await tx.execute("UPDATE replays SET started = true WHERE id = $1", replay.id)
    return 0, []


async def count(tx: Tx, replay_id: str) -> int:
    """How many dead letters a replay took up."""
    return int(await tx.fetchval("SELECT count(*) FROM replay_items WHERE replay_id = $1", replay_id))


async def open_count(tx: Tx, replay_id: str) -> int:
    """How many of them are in lanes that still have work which does not wait for an account."""
    return int(
        await tx.fetchval(
            """
            SELECT count(*) FROM replay_items item JOIN lanes ON lanes.key = item.lane
            WHERE replay_id = $1 AND queued
              AND NOT EXISTS (SELECT 1 FROM events WHERE events.lane = item.lane AND outcome = 'waiting')
              AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.lane = item.lane AND outcome = 'waiting')
            """,
            replay_id,
        )
    )


# How one dead letter ended is what became of its run; where a newer state of the record was carried over instead, what
# became of that. Of a delivery: what became of the record that it is about.
_OUTCOMES = """
    WITH item AS (
        SELECT item.sort, item.item, item.lane, item.amount, item.currency, runs.flow_id, runs.id AS run_id,
               runs.state, runs.cause, runs.reason, runs.wake_at, events.connection_id, events.kind,
               events.record_id, events.revision
        FROM replay_items item JOIN runs ON runs.id = item.item JOIN events ON events.id = runs.event_id
        WHERE item.replay_id = $1 AND item.sort = 'run'
        UNION ALL
        SELECT item.sort, item.item, item.lane, NULL, NULL, NULL, NULL,
               CASE inbox.outcome WHEN 'dead' THEN 'dead' ELSE 'nothing' END, inbox.cause, inbox.reason, NULL,
               lanes.connection_id, lanes.kind, lanes.record_id, 0
        FROM replay_items item JOIN inbox ON inbox.id = item.item::bigint JOIN lanes ON lanes.key = item.lane
        WHERE item.replay_id = $1 AND item.sort = 'delivery'),
    ended AS (
        SELECT item.sort, item.item, item.lane, item.amount, item.currency, item.connection_id, item.kind,
               item.record_id, item.revision,
               CASE WHEN newer.id IS NOT NULL THEN newer.id ELSE item.run_id END AS run_id,
               CASE WHEN newer.id IS NOT NULL THEN newer.state ELSE item.state END AS state,
               CASE WHEN newer.id IS NOT NULL THEN newer.cause ELSE item.cause END AS cause,
               CASE WHEN newer.id IS NOT NULL THEN newer.reason ELSE item.reason END AS reason,
               CASE WHEN newer.id IS NOT NULL THEN newer.wake_at ELSE item.wake_at END AS wake_at
        FROM item LEFT JOIN LATERAL (
            SELECT later.* FROM events JOIN runs later ON later.event_id = events.id
            WHERE item.state = 'nothing' AND events.connection_id = item.connection_id AND events.kind = item.kind
              AND events.record_id = item.record_id AND events.revision >= item.revision
              AND (item.flow_id IS NULL OR later.flow_id = item.flow_id)
            ORDER BY events.revision DESC, later.state = 'dead' DESC, later.state = 'waiting' DESC,
                     later.state = 'done' DESC, later.started_at DESC LIMIT 1) AS newer ON true),
    judged AS (
        SELECT ended.*, CASE
            WHEN lanes.queued THEN CASE
                WHEN EXISTS (SELECT 1 FROM events WHERE events.lane = ended.lane AND outcome = 'waiting')
                  OR EXISTS (SELECT 1 FROM inbox WHERE inbox.lane = ended.lane AND outcome = 'waiting')
                THEN 'waits' ELSE 'open' END
            WHEN state = 'running' THEN 'open'
            WHEN state = 'waiting' THEN CASE WHEN wake_at > now() THEN 'waits' ELSE 'open' END
            WHEN state = 'dead' THEN 'stopped'
            WHEN state = 'cancelled' THEN 'cancelled'
            WHEN state = 'done' AND EXISTS (
                SELECT 1 FROM receipts WHERE receipts.run_id = ended.run_id
                   AND verdict NOT IN ('confirmed', 'unchanged')) THEN 'unproved'
            WHEN state = 'done' AND EXISTS (
                SELECT 1 FROM receipts WHERE receipts.run_id = ended.run_id) THEN 'proved'
            ELSE 'nothing' END AS outcome,
            coalesce(lanes.reason, ended.reason) AS why
        FROM ended LEFT JOIN lanes ON lanes.key = ended.lane),
    placed AS (
        SELECT *, row_number() OVER (PARTITION BY connection_id, kind, record_id
                                     ORDER BY currency IS NULL, revision DESC, item) AS newest
        FROM judged)
"""


async def outcomes(tx: Tx, replay_id: str) -> list[dict[str, Any]]:
    """Group what a replay took up by how it ended: outcome, cause, how many, an example, and the money by currency.

    Outcomes: ``proved`` (done, and every write read back as sent), ``unproved`` (done, with a write that was altered,
    ignored, or cannot be read back), ``nothing`` (ended, and nothing was to be written), ``stopped`` (again, with its
    cause), ``cancelled``, ``waits`` (for its time or an account), ``open``.
    """
    rows = await tx.fetch(
        f"""
        {_OUTCOMES},
        sums AS (
            SELECT outcome, CASE outcome WHEN 'stopped' THEN cause END AS cause, currency, count(*) AS count,
                   min(item) AS example, min(why) AS reason, sum(amount) FILTER (WHERE newest = 1) AS amount
            FROM placed GROUP BY 1, 2, 3)
        SELECT outcome, cause, sum(count)::int AS count, min(example) AS example, min(reason) AS reason,
               coalesce(jsonb_object_agg(currency, amount::text)
                        FILTER (WHERE currency IS NOT NULL AND amount IS NOT NULL), '{{}}') AS money
        FROM sums GROUP BY outcome, cause ORDER BY sum(count) DESC, outcome, cause
        """,  # noqa: S608 (a constant)
        replay_id,
    )
    return [dict(row) for row in rows]


async def end(tx: Tx, replay_id: str, report: JsonObject) -> None:
    """Keep how a replay ended; the next one of its cause is another."""
    await tx.execute("UPDATE replays SET report = $2, ended_at = now() WHERE id = $1", replay_id, report)
