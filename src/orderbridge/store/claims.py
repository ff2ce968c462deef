"""Claims: a short exclusive right on a name, across processes, that a crash cannot keep for ever."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from orderbridge.core.ids import random_id
from orderbridge.store.database import Database


@asynccontextmanager
async def claim(
    db: Database, names: Sequence[str], *, lease_s: float, rng: random.Random
) -> AsyncIterator[None]:
    """Hold every one of ``names`` for the length of the block; waits while somebody else does."""
    owner = random_id()
    wanted = sorted(set(names))
    try:
        for name in wanted:
            # One after the other in a fixed order: two claimants cannot wait in a circle.
            while not await _take(db, name, owner, lease_s):  # noqa: ASYNC110 (the holder may be another process)
                await asyncio.sleep(rng.uniform(0.01, 0.05))
        yield
    finally:
        await db.pool.execute("DELETE FROM claims WHERE owner = $1", owner)


async def _take(db: Database, name: str, owner: str, lease_s: float) -> bool:
    taken = await db.pool.fetchval(
        """
        INSERT INTO claims (name, owner, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
         WHERE claims.expires_at < now() RETURNING true
        """,
        name,
        owner,
        lease_s,
    )
    return bool(taken)
