"""The request budget of a connection, shared by every process (``connectors.ratelimit.BudgetStore``)."""

from __future__ import annotations

from datetime import datetime

from orderbridge.connectors.ratelimit import Grant
from orderbridge.store.database import Database


class SharedBudgets:
    """One row for each connection; the row lock makes the count exact."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def take(
        self, *, connection_id: str, window_s: float, limit: int, wanted: int, now: datetime
    ) -> Grant:
        """Count calls against the window that is running, or begin a new one."""
        # One statement and no transaction of ours around it: a process that is frozen just then would keep the
        # row locked, and with it every other process's calls.
        row = await self._db.pool.fetchrow(
            """
            INSERT INTO budgets AS b (connection_id, window_started_at, used, granted)
            VALUES ($1, now(), least($3::int, $4::int), least($3::int, $4::int))
            ON CONFLICT (connection_id) DO UPDATE SET
                (window_started_at, used, granted) = (
                    SELECT CASE WHEN over THEN now() ELSE b.window_started_at END, base + more, more
                    FROM (SELECT over, base, CASE WHEN b.blocked_until > now() THEN 0
                                 ELSE greatest(0, least($3::int, $4::int - base)) END AS more
                          FROM (SELECT over, CASE WHEN over THEN 0
                                       -- Somebody else spends from the same allowance.
                                       WHEN b.reported_at > b.window_started_at AND b.remaining IS NOT NULL
                                       THEN greatest(b.used, $4::int - b.remaining) ELSE b.used END AS base
                                FROM (SELECT coalesce(b.window_started_at + make_interval(secs => $2) <= now(),
                                                      true) AS over) AS w) AS x) AS y)
            RETURNING granted,
                      greatest(extract(epoch FROM window_started_at - now()) + $2, 0)::float8 AS left_s,
                      coalesce(greatest(extract(epoch FROM blocked_until - now()), 0), 0)::float8 AS blocked_s
            """,
            connection_id,
            window_s,
            wanted,
            limit,
        )
        assert row is not None
        if row["blocked_s"]:
            return Grant(0, row["blocked_s"])
        return Grant(row["granted"], 0.0 if row["granted"] else max(row["left_s"], 0.01))

    async def report(
        self,
        *,
        connection_id: str,
        limit: int | None,
        remaining: int | None,
        window_s: float | None,
        daily_remaining: int | None,
        blocked_until: datetime | None,
    ) -> None:
        """Keep what the provider's own headers said."""
        await self._db.pool.execute(
            """
            INSERT INTO budgets AS b (connection_id, call_limit, remaining, window_s, daily_remaining, blocked_until)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (connection_id) DO UPDATE SET
                call_limit = coalesce(excluded.call_limit, b.call_limit),
                remaining = coalesce(excluded.remaining, b.remaining),
                window_s = coalesce(excluded.window_s, b.window_s),
                daily_remaining = coalesce(excluded.daily_remaining, b.daily_remaining),
                blocked_until = excluded.blocked_until, reported_at = now()
            """,
            connection_id,
            limit,
            remaining,
            window_s,
            daily_remaining,
            blocked_until,
        )
