"""The queue library wakes workers; what has to be done stands in our own tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from orderbridge.store.database import Tx

LANE = "lane"


async def announce(
    tx: Tx, lanes: Sequence[tuple[str, int]], *, after_s: float | None = None, once: bool = False
) -> None:
    """Tell the workers that lanes have work, when the transaction commits.

    Args:
        lanes: (key, priority) of each.
        after_s: Not before that many seconds from now.
        once: Drop the announcement when one like it still stands. Never for new work: the library
            counts jobs that are being done as standing too, and the wake-up would be lost.
    """
    if not lanes:
        return
    # Here and not above: commands that wake nobody should not wait for the library to load.
    from pgqueuer.db import AsyncpgDriver
    from pgqueuer.queries import Queries

    delay = None if after_s is None else timedelta(seconds=after_s)
    count = len(lanes)
    await Queries(AsyncpgDriver(tx)).enqueue(  # type: ignore[arg-type]
        [LANE] * count,
        [key.encode() for key, _ in lanes],
        [priority for _, priority in lanes],
        execute_after=[delay] * count,
        dedupe_key=[f"sweep/{key}" if once else None for key, _ in lanes],
        on_conflict="skip",
    )
