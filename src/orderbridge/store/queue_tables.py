"""Housekeeping of the queue library's own tables, which it never empties by itself."""

from __future__ import annotations

from orderbridge.store.database import Tx


async def forget_finished(tx: Tx, *, older_than_s: float) -> int:
    """Delete the library's notes on jobs that ended long ago; what happened stands in our own tables.

    Returns:
        How many notes were deleted.
    """
    done: str = await tx.execute(
        "DELETE FROM pgqueuer_log WHERE created < now() - make_interval(secs => $1)", older_than_s
    )
    await tx.execute(
        "DELETE FROM pgqueuer_statistics WHERE created < now() - make_interval(secs => $1)", older_than_s
    )
    return int(done.split()[-1])
