"""What was said to the accounts while a run was under way; ``runs.record_step`` keeps it with the step."""

from __future__ import annotations

from typing import Any

from orderbridge.store.database import Tx

# In one go, so that nothing else waits for it; what is left comes with the next.
_AT_ONCE = 20_000


async def of_run(tx: Tx, run_id: str) -> list[dict[str, Any]]:
    """Return the calls of each attempt of a run's steps, in order of their ends."""
    rows = await tx.fetch(
        "SELECT path, attempt, calls, kept_at FROM exchanges WHERE run_id = $1 ORDER BY kept_at, path, attempt",
        run_id,
    )
    return [dict(row) for row in rows]


async def forget(tx: Tx, *, older_than_days: int) -> None:
    """Delete what was kept so long ago, the oldest first."""
    await tx.execute(
        """
        DELETE FROM exchanges WHERE (run_id, path, attempt) IN (
            SELECT run_id, path, attempt FROM exchanges WHERE kept_at < now() - make_interval(days => $1)
            ORDER BY kept_at LIMIT $2)
        """,
        older_than_days,
        _AT_ONCE,
    )
