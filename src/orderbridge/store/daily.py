"""What is done by itself for each day that is over, once however many servers run: it waits, is done, or is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from orderbridge.core.errors import TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx

CLOSE, STATEMENT = "close", "statement"
WAITING, DONE, LEFT = "waiting", "done", "left"
# What is in order is forgotten after so many days: closes and statements themselves stay, and nothing else is asked.
_KEPT_DAYS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is done for every day.

    Attributes:
        job: ``close`` or ``statement``.
        connection_id: The HighLevel connection of a close; the account of a statement.
        target_id: The Act! connection of a close; empty for a statement.
    """

    job: str
    connection_id: str
    target_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a job has come.

    Attributes:
        settled: The newest day that is done or left to a person.
        attempts: Of the oldest day that waits.
        retry_at: Not before then.
    """

    settled: date | None = None
    attempts: int = 0
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The newest day that a job has done, and what waits.

    Attributes:
        state: Of the newest edition of that day; None for a statement and where none is done.
        line: That day in one line.
        missing: Of a statement: changes that did not come.
        waits: The oldest day that waits.
        reason: Why it does.
        left: The newest day that was left to a person.
    """

    job: str
    connection_id: str
    target_id: str
    day: date | None
    settled_at: datetime | None
    state: str | None
    line: str | None
    missing: int | None
    waits: date | None
    reason: str | None
    left: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A day that was done and is not in order, as its newest edition or statement says.

    Attributes:
        settled_at: When it was found.
        document: The close's document, or the statement.
        state: Of the close.
    """

    job: str
    connection_id: str
    target_id: str
    day: date
    settled_at: datetime
    document: JsonObject
    state: str | None


async def standings(tx: Tx) -> dict[Job, Standing]:
    """Return how far every job has come."""
    rows = await tx.fetch(
        """
        SELECT job, connection_id, target_id, max(day) FILTER (WHERE state <> 'waiting') AS settled,
               coalesce((array_agg(attempts ORDER BY day) FILTER (WHERE state = 'waiting'))[1], 0) AS attempts,
               (array_agg(retry_at ORDER BY day) FILTER (WHERE state = 'waiting'))[1] AS retry_at
        FROM daily_work GROUP BY job, connection_id, target_id
        """
    )
    return {
        _job(dict(row)): Standing(settled=row["settled"], attempts=row["attempts"], retry_at=row["retry_at"])
        for row in rows
    }


def _job(row: JsonObject) -> Job:
    return Job(job=row["job"], connection_id=row["connection_id"], target_id=row["target_id"])


async def wait(
    tx: Tx, job: Job, days: Sequence[date], *, reason: str, retry_at: datetime | None, counted: bool
) -> bool:
    """Let days wait; tells whether they did not wait for this reason already.

    Args:
        tx: The transaction.
        job: What waits.
        days: Which days.
        reason: Why.
        retry_at: Not before then; None as soon as nothing is in the way any more.
        counted: Whether it was tried.
    """
    rows = await tx.fetch(
        """
        INSERT INTO daily_work AS d (job, connection_id, target_id, day, state, reason, attempts, retry_at)
        SELECT $1, $2, $3, day, 'waiting', $5, $7::int, $6 FROM unnest($4::date[]) AS day
        ON CONFLICT (job, connection_id, target_id, day) DO UPDATE
           SET reason = excluded.reason, retry_at = excluded.retry_at,
               attempts = CASE WHEN $7::int > 0 THEN d.attempts + 1 ELSE 0 END
         WHERE d.state = 'waiting' AND (d.reason IS DISTINCT FROM excluded.reason OR $7::int > 0)
        RETURNING day
        """,
        job.job,
        job.connection_id,
        job.target_id,
        list(days),
        reason,
        retry_at,
        int(counted),
    )
    return bool(rows)


async def finish(
    tx: Tx, job: Job, day: date, *, in_order: bool, missing: int | None = None, now: datetime
) -> None:
    """Note in the transaction of the work itself that a day is done.

    Raises:
        TransientError: Somebody else has done it: what this transaction did must not be kept.
    """
    mine = await tx.fetchval(
        """
        INSERT INTO daily_work AS d (job, connection_id, target_id, day, state, settled_at, in_order, missing)
        VALUES ($1, $2, $3, $4, 'done', $5, $6, $7)
        ON CONFLICT (job, connection_id, target_id, day) DO UPDATE
           SET state = 'done', reason = NULL, retry_at = NULL, settled_at = excluded.settled_at,
               in_order = excluded.in_order, missing = excluded.missing
         WHERE d.state <> 'done' RETURNING true
        """,
        job.job,
        job.connection_id,
        job.target_id,
        day,
        now,
        in_order,
        missing,
    )
    if not mine:
        raise TransientError(f"{day} was done by another server meanwhile", cause="daily.done_elsewhere")
    await tx.execute(
        """
        DELETE FROM daily_work WHERE job = $1 AND connection_id = $2 AND target_id = $3 AND day < $4::date - $5::int
                                 AND (state = 'left' OR (state = 'done' AND in_order))
        """,
        job.job,
        job.connection_id,
        job.target_id,
        day,
        _KEPT_DAYS,
    )


async def leave(tx: Tx, job: Job, day: date, *, reason: str, now: datetime) -> bool:
    """Leave every day up to one to a person; tells whether that is new."""
    await tx.execute(
        """
        DELETE FROM daily_work
        WHERE job = $1 AND connection_id = $2 AND target_id = $3 AND day < $4 AND state = 'waiting'
        """,
        job.job,
        job.connection_id,
        job.target_id,
        day,
    )
    left = await tx.fetchval(
        """
        INSERT INTO daily_work AS d (job, connection_id, target_id, day, state, reason, settled_at)
        VALUES ($1, $2, $3, $4, 'left', $5, $6)
        ON CONFLICT (job, connection_id, target_id, day) DO UPDATE
           SET state = 'left', reason = excluded.reason, retry_at = NULL, settled_at = excluded.settled_at
         WHERE d.state = 'waiting' RETURNING true
        """,
        job.job,
        job.connection_id,
        job.target_id,
        day,
        reason,
        now,
    )
    return bool(left)


async def last(tx: Tx) -> list[Last]:
    """Return the newest day that each job has done, and what waits."""
    rows = await tx.fetch(
        """
        SELECT j.job, j.connection_id, j.target_id, done.day, done.settled_at, c.state, c.line, done.missing,
               waiting.day AS waits, waiting.reason, gone.day AS left
        FROM (SELECT DISTINCT job, connection_id, target_id FROM daily_work) AS j
        LEFT JOIN LATERAL (SELECT day, settled_at, missing FROM daily_work AS d
            WHERE (d.job, d.connection_id, d.target_id, d.state) = (j.job, j.connection_id, j.target_id, 'done')
            ORDER BY day DESC LIMIT 1) AS done ON true
        LEFT JOIN LATERAL (SELECT day, reason FROM daily_work AS d
            WHERE (d.job, d.connection_id, d.target_id, d.state) = (j.job, j.connection_id, j.target_id, 'waiting')
            ORDER BY day LIMIT 1) AS waiting ON true
        LEFT JOIN LATERAL (SELECT day FROM daily_work AS d
            WHERE (d.job, d.connection_id, d.target_id, d.state) = (j.job, j.connection_id, j.target_id, 'left')
            ORDER BY day DESC LIMIT 1) AS gone ON true
        LEFT JOIN LATERAL (
            SELECT CASE WHEN reopened_at IS NULL THEN state ELSE 'reopened' END AS state, document ->> 'line' AS line
            FROM closes WHERE j.job = 'close' AND source_connection = j.connection_id
              AND target_connection = j.target_id AND closes.day = done.day
            ORDER BY edition DESC LIMIT 1) AS c ON true
        ORDER BY j.connection_id, j.target_id, j.job
        """
    )
    return [Last(**dict(row)) for row in rows]


async def not_in_order(tx: Tx) -> list[Trouble]:
    """Return the days that are not in order, the oldest first; one that was put right since is none of them."""
    rows = await tx.fetch(
        """
        SELECT d.job, d.connection_id, d.target_id, d.day, d.settled_at, c.document, c.state
        FROM daily_work AS d CROSS JOIN LATERAL (
            SELECT document, state FROM closes WHERE source_connection = d.connection_id
               AND target_connection = d.target_id AND day = d.day ORDER BY edition DESC LIMIT 1) AS c
        WHERE NOT d.in_order AND d.job = 'close' AND c.state <> 'green'
        UNION ALL
        SELECT d.job, d.connection_id, d.target_id, d.day, d.settled_at, s.statement, NULL
        FROM daily_work AS d CROSS JOIN LATERAL (
            SELECT statement, made_at FROM completeness WHERE connection_id = d.connection_id AND day = d.day
            ORDER BY id DESC LIMIT 1) AS s
        WHERE NOT d.in_order AND d.job = 'statement'
          -- A list that could not be asked is told of until the day is stated again.
          AND ((s.statement ->> 'missing')::int > 0 OR s.made_at <= d.settled_at)
        ORDER BY day, connection_id, target_id, job
        """
    )
    return [Trouble(**dict(row)) for row in rows]
