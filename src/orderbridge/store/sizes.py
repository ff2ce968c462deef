"""How much there is, by what became of it: all that is open, and the rest at a cost that does not grow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderbridge.store.database import Tx

# So many rows are counted; of more the database's own estimate says how many there are.
EXACT_UP_TO = 5_000
# What is over without anything left to do: done, or nothing had to be done.
_OVER = "done"


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are, by what became of them.

    Attributes:
        counts: ``done`` (for writes ``confirmed``) is everything that is in no other one.
        estimated: That one is the database's estimate; all others are counted.
    """

    counts: dict[str, int]
    estimated: bool


async def deliveries(tx: Tx) -> Size:
    """Count deliveries: ``pending``, ``waiting``, ``dead``, and ``done`` for the rest."""
    return await _size(
        tx,
        "inbox",
        """
        SELECT outcome AS label, count(*)::int AS n FROM inbox WHERE outcome IN ('pending', 'waiting') GROUP BY outcome
        UNION ALL SELECT 'dead', count(*)::int FROM inbox WHERE outcome = 'dead'
        """,
        rest=_OVER,
    )


async def events(tx: Tx) -> Size:
    """Count changes: ``pending``, ``waiting``, ``parked``, ``dead``, and ``done`` for the rest."""
    return await _size(
        tx,
        "events",
        """
        SELECT outcome AS label, count(*)::int AS n FROM events WHERE outcome IN ('pending', 'waiting') GROUP BY outcome
        UNION ALL SELECT 'parked', count(*)::int FROM events WHERE outcome = 'parked'
        UNION ALL SELECT 'dead', count(*)::int FROM events WHERE outcome = 'dead'
        """,
        rest=_OVER,
    )


async def runs(tx: Tx) -> Size:
    """Count runs: ``running``, ``waiting``, ``dead``, ``cancelled``, and ``done`` for the rest."""
    return await _size(
        tx,
        "runs",
        """
        SELECT state AS label, count(*)::int AS n FROM runs WHERE state IN ('running', 'waiting') GROUP BY state
        UNION ALL SELECT 'dead', count(*)::int FROM runs WHERE state = 'dead'
        UNION ALL SELECT 'cancelled', count(*)::int FROM runs WHERE state = 'cancelled'
        """,
        rest=_OVER,
    )


async def verdicts(tx: Tx) -> Size:
    """Count writes by verdict: those that proved what was wanted are ``confirmed``, one without a receipt ``open``."""
    size = await _size(
        tx,
        "receipts",
        """
        SELECT verdict AS label, count(*)::int AS n FROM receipts
        WHERE verdict NOT IN ('confirmed', 'unchanged', 'answered') GROUP BY verdict
        """,
        rest="confirmed",
    )
    still_open = await tx.fetchval("SELECT count(*) FROM intents WHERE state = 'prepared'")
    return Size(size.counts | ({"open": still_open} if still_open else {}), size.estimated)


async def database(tx: Tx) -> tuple[int, str]:
    """Return the bytes that the whole database takes, and the version of its server."""
    row = await tx.fetchrow(
        "SELECT pg_database_size(current_database()) AS size, current_setting('server_version') AS version"
    )
    assert row is not None
    return int(row["size"]), str(row["version"])


async def newer_than(tx: Tx, at: datetime) -> dict[str, int]:
    """Count what came in and what began after a moment: ``deliveries`` and ``runs``."""
    row = await tx.fetchrow(
        "SELECT (SELECT count(*)::int FROM inbox WHERE received_at > $1) AS deliveries,"
        " (SELECT count(*)::int FROM runs WHERE started_at > $1) AS runs",
        at,
    )
    assert row is not None
    return dict(row)


async def _size(tx: Tx, table: str, apart: str, *, rest: str) -> Size:
    counts = {row["label"]: row["n"] for row in await tx.fetch(apart) if row["n"]}
    whole = await _estimate(tx, table)
    estimated = whole is not None and whole > EXACT_UP_TO
    if not estimated:
        whole = await tx.fetchval(f"SELECT count(*)::int FROM {table}")  # noqa: S608 (of our own making)
    over = max((whole or 0) - sum(counts.values()), 0)
    return Size(counts | ({rest: over} if over else {}), estimated)


async def _estimate(tx: Tx, table: str) -> int | None:
    """Return how many rows a table has, as its planner would say; None where it was never looked at.

    Rows per page as of the last vacuum or analyze, times the pages that there are now.
    """
    found = await tx.fetchval(
        """
        SELECT (reltuples / relpages * (pg_relation_size(oid) / current_setting('block_size')::int))::bigint
        FROM pg_class WHERE oid = $1::text::regclass AND reltuples > 0 AND relpages > 0
        """,
        table,
    )
    return None if found is None else int(found)
