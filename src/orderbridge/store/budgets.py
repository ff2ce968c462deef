"""The request budget of a connection, shared by every process (``connectors.ratelimit.BudgetStore``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orderbridge.connectors.ratelimit import Grant
from orderbridge.store.connections import Connection
from orderbridge.store.database import Database, Tx

_GHL_WINDOW_S, _ACT_WINDOW_S = 10.0, 60.0
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls an account may make, as far as known before it says so itself.

    Attributes:
        calls: For each ``window_s`` seconds; None where the provider counts nothing until it says so.
        daily: For each UTC day.
    """

    calls: int | None
    window_s: float
    daily: int | None

    @classmethod
    def of(cls, connection: Connection) -> Allowance:
        """Return what a connection's settings and its provider's documentation say."""
        limits = connection.config.get("limits", {})
        calls, window_s, daily = (
            (100, _GHL_WINDOW_S, 200_000) if connection.system == "ghl" else (None, _ACT_WINDOW_S, None)
        )
        return cls(
            limits.get("calls", calls), float(limits.get("window_s", window_s)), limits.get("daily", daily)
        )

    @property
    def per_day(self) -> float | None:
        """How many calls fit into a day; None where nothing is limited."""
        by_window = None if self.calls is None else self.calls * _DAY_S / self.window_s
        return min((item for item in (by_window, self.daily) if item is not None), default=None)


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What is left of an account's allowance, counted over all processes.

    Attributes:
        calls: Calls that may start now in the running window; None where nothing is limited.
        calls_today: None where no days are counted, or the provider has not said how many are left.
        blocked_until: Set after a refusal for too many calls.
    """

    calls: int | None
    window_s: float
    calls_today: int | None
    blocked_until: datetime | None


async def permitted(tx: Tx, connection: Connection) -> Allowance:
    """Return how many calls an account may make, by its provider's own word where it gave one."""
    row = await tx.fetchrow(
        "SELECT call_limit, window_s::float8 AS window_s FROM budgets WHERE connection_id = $1", connection.id
    )
    allowance = Allowance.of(connection)
    if row is None:
        return allowance
    return Allowance(
        row["call_limit"] or allowance.calls, row["window_s"] or allowance.window_s, allowance.daily
    )


async def left(tx: Tx, every: list[Connection], *, now: datetime) -> dict[str, BudgetLeft]:
    """Return what is left for each connection, by id."""
    rows = await tx.fetch(
        """
        SELECT connection_id, call_limit, window_s::float8 AS window_s, used, remaining, daily_remaining, reported_at,
               extract(epoch FROM now() - window_started_at)::float8 AS age_s,
               reported_at > window_started_at AS reported_since,
               CASE WHEN blocked_until > now() THEN blocked_until END AS blocked_until
        FROM budgets
        """
    )
    known = {row["connection_id"]: dict(row) for row in rows}
    return {item.id: _left(Allowance.of(item), known.get(item.id), now) for item in every}


def _left(allowance: Allowance, row: dict[str, Any] | None, now: datetime) -> BudgetLeft:
    if row is None:
        return BudgetLeft(allowance.calls, allowance.window_s, allowance.daily, None)
    window_s = row["window_s"] or allowance.window_s
    calls = row["call_limit"] or allowance.calls
    if calls is not None and row["age_s"] is not None and row["age_s"] < window_s:
        # The provider's own number where it gave one: somebody else may spend from the same allowance.
        said = row["remaining"] if row["reported_since"] and row["remaining"] is not None else calls
        calls = max(0, min(calls - row["used"], said))
    if row["blocked_until"] is not None:
        calls = 0
    # What was said yesterday says nothing about today.
    today = row["reported_at"].astimezone(UTC).date() == now.astimezone(UTC).date()
    daily = row["daily_remaining"] if today and row["daily_remaining"] is not None else allowance.daily
    return BudgetLeft(calls, window_s, daily, row["blocked_until"])


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
                (window_started_at, used, granted, remaining) = (
                    SELECT CASE WHEN over THEN now() ELSE b.window_started_at END, base + more, more, told - more
                    FROM (SELECT over, base, told, CASE WHEN b.blocked_until > now() THEN 0
                                 ELSE greatest(0, least($3::int, $4::int - base, told)) END AS more
                          FROM (SELECT over, CASE WHEN over THEN 0 ELSE b.used END AS base,
                                       -- Somebody else may spend from the same allowance. What the provider says is
                                       -- true until it says more, and is not added to what we count: its window began
                                       -- at another moment than ours, and ends in the middle of it.
                                       CASE WHEN NOT over AND b.reported_at > b.window_started_at
                                            THEN b.remaining END AS told
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
