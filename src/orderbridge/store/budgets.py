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
        async with self._db.begin() as tx:
            await tx.execute(
                "INSERT INTO budgets (connection_id) VALUES ($1) ON CONFLICT DO NOTHING", connection_id
            )
            row = await tx.fetchrow(
                """
                SELECT used, remaining, reported_at > window_started_at AS told,
                       coalesce(extract(epoch FROM window_started_at - now()) + $2, 0)::float8 AS left_s,
                       coalesce(greatest(extract(epoch FROM blocked_until - now()), 0), 0)::float8 AS blocked_s
                FROM budgets WHERE connection_id = $1 FOR UPDATE
                """,
                connection_id,
                window_s,
            )
            assert row is not None
            if row["blocked_s"]:
                return Grant(0, row["blocked_s"])
            over = row["left_s"] <= 0
            used = 0 if over else row["used"]
            if not over and row["told"] and row["remaining"] is not None:
                # Somebody else spends from the same allowance.
                used = max(used, limit - row["remaining"])
            granted = max(0, min(wanted, limit - used))
            await tx.execute(
                """
                UPDATE budgets SET used = $2, window_started_at = CASE WHEN $3 THEN now() ELSE window_started_at END
                WHERE connection_id = $1
                """,
                connection_id,
                used + granted,
                over,
            )
        return Grant(granted, 0.0 if granted else max(row["left_s"], 0.01))

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
