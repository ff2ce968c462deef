"""Claims: a short exclusive right on a name, across processes, that a crash cannot keep for long."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from orderbridge.core.ids import random_id
from orderbridge.core.log import get
from orderbridge.store.database import Database, Tx

log = get(__name__)

# A claim is renewed for as long as its block lasts, so its lease only says how soon after a crash of the
# holder the next one may go on.
_LONGEST_LEASE_S = 10.0


@asynccontextmanager
async def claim(
    db: Database, names: Sequence[str], *, lease_s: float, rng: random.Random
) -> AsyncIterator[None]:
    """Hold every one of ``names`` for the length of the block; waits while somebody else does.

    Args:
        db: Where claims are kept.
        names: What to hold.
        lease_s: How long the names stay held after this process crashed; ten seconds at most.
        rng: Spreads the repeats of those who wait.
    """
    lease_s = min(lease_s, _LONGEST_LEASE_S)
    async with _renewed(db, lease_s) as owner:
        for name in sorted(set(names)):
            # One after the other in a fixed order: two claimants cannot wait in a circle.
            while not await _take(db, name, owner, lease_s):  # noqa: ASYNC110 (the holder may be another process)
                await asyncio.sleep(rng.uniform(0.01, 0.05))
        yield


@asynccontextmanager
async def claimed(db: Database, name: str) -> AsyncIterator[bool]:
    """Hold ``name`` for the length of the block, unless somebody else does: then it gives False and waits for nobody.

    A crash of the holder frees it within ten seconds.
    """
    async with _renewed(db, _LONGEST_LEASE_S) as owner:
        yield await _take(db, name, owner, _LONGEST_LEASE_S)


async def is_held(tx: Tx, name: str) -> bool:
    """Tell whether somebody holds ``name`` now."""
    return bool(await tx.fetchval("SELECT true FROM claims WHERE name = $1 AND expires_at >= now()", name))


@asynccontextmanager
async def _renewed(db: Database, lease_s: float) -> AsyncIterator[str]:
    """Give a new owner, whose claims are renewed for as long as the block lasts and end with it."""
    owner = random_id()
    keeping = asyncio.create_task(_keep(db, owner, lease_s), name="keep claims")
    try:
        yield owner
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await db.pool.execute("DELETE FROM claims WHERE owner = $1", owner)


async def _keep(db: Database, owner: str, lease_s: float) -> None:
    while True:
        await asyncio.sleep(lease_s / 4)
        try:
            await db.pool.execute(
                "UPDATE claims SET expires_at = now() + make_interval(secs => $2) WHERE owner = $1",
                owner,
                lease_s,
            )
        except Exception:
            # The database may be restarting; the next round renews in time, or the claim runs out.
            log.exception("claims could not be renewed")


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
