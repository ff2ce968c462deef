"""Lanes: one record's events strictly in order, held by one worker at a time under a fencing token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.core.errors import TransientError
from orderbridge.store.database import Tx


class LaneLostError(TransientError):
    """Another worker holds the lane now; whatever we were about to do is theirs to decide."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane that we hold.

    Attributes:
        fence: Grows with every holder; a write that carries an older one is refused.
        priority: Of what waits in it; below zero it lets everything that is live go first.
    """

    key: str
    connection_id: str
    kind: str
    record_id: str
    fence: int
    attempts: int
    priority: int = 0

    @property
    def unhurried(self) -> bool:
        """Whether its calls let live ones go first."""
        return self.priority < 0


# Begins a statement that may only act for the lane's present holder; its first two parameters are the lane's
# key and fence. The row stays locked until the statement's transaction ends, so that nobody takes the lane
# over in between.
HELD = """held AS (SELECT 1 FROM lanes WHERE key = $1 AND fence = $2 AND owner IS NOT NULL
                   AND lease_until >= now() FOR SHARE)"""


def lost(lane: Lane) -> LaneLostError:
    """The error of a statement that found the lane in other hands."""
    return LaneLostError(f"lane {lane.key} (fence {lane.fence}) is no longer ours", cause="lane.lost")


async def take(tx: Tx, key: str, *, owner: str, lease_s: float) -> Lane | None:
    """Become the lane's holder, or return None when it is held, closed, or not due yet."""
    row = await tx.fetchrow(
        """
        UPDATE lanes SET owner = $2, fence = fence + 1, lease_until = now() + make_interval(secs => $3),
               touched_at = now()
        WHERE key = $1 AND queued AND (lease_until IS NULL OR lease_until < now())
          AND (retry_at IS NULL OR retry_at <= now())
        RETURNING connection_id, kind, record_id, fence, attempts, priority
        """,
        key,
        owner,
        lease_s,
    )
    if row is None:
        return None
    return Lane(
        key,
        row["connection_id"],
        row["kind"],
        row["record_id"],
        row["fence"],
        row["attempts"],
        row["priority"],
    )


async def open_own(tx: Tx, key: str, *, connection_id: str, owner: str, lease_s: float) -> Lane:
    """Open a lane for one call by hand, held from the start; ``discard`` ends it.

    Raises:
        LaneLostError: The very same call is under way.
    """
    fence = await tx.fetchval(
        """
        INSERT INTO lanes (key, connection_id, kind, record_id, queued, owner, fence, lease_until)
        VALUES ($1, $2, 'by-hand', $1, true, $3, 1, now() + make_interval(secs => $4))
        ON CONFLICT (key) DO UPDATE SET owner = $3, fence = lanes.fence + 1, queued = true,
            lease_until = excluded.lease_until
         WHERE lanes.lease_until IS NULL OR lanes.lease_until < now()
        RETURNING fence
        """,
        key,
        connection_id,
        owner,
        lease_s,
    )
    if fence is None:
        raise LaneLostError(f"the call {key} is under way already; wait for its outcome", cause="lane.lost")
    return Lane(key, connection_id, "by-hand", key, fence, 0)


async def discard(tx: Tx, lane: Lane) -> None:
    """End a lane that was opened for one call."""
    await tx.execute("DELETE FROM lanes WHERE key = $1 AND fence = $2", lane.key, lane.fence)


async def renew(tx: Tx, held: Sequence[Lane], *, lease_s: float) -> set[str]:
    """Lengthen leases; a lane that is missing from the answer was lost."""
    rows = await tx.fetch(
        """
        -- By name, as deliveries take lanes: else the two could wait for each other in a circle.
        WITH mine AS (
            SELECT key FROM lanes JOIN unnest($1::text[], $2::bigint[]) AS held(k, f) ON key = k AND fence = f
            WHERE owner IS NOT NULL AND lease_until >= now() ORDER BY key COLLATE "C" FOR UPDATE OF lanes)
        UPDATE lanes SET lease_until = now() + make_interval(secs => $3)
        FROM mine WHERE lanes.key = mine.key RETURNING lanes.key
        """,
        [lane.key for lane in held],
        [lane.fence for lane in held],
        lease_s,
    )
    return {row["key"] for row in rows}


async def assert_held(tx: Tx, lane: Lane) -> None:
    """Lock the lane's row for the rest of the transaction and check that it is still ours.

    Raises:
        LaneLostError: The lease ran out or somebody else holds the lane.
    """
    held = await tx.fetchval(
        "SELECT true FROM lanes WHERE key = $1 AND fence = $2 AND owner IS NOT NULL AND lease_until >= now()"
        " FOR SHARE",
        lane.key,
        lane.fence,
    )
    if not held:
        raise lost(lane)


async def close(tx: Tx, lane: Lane) -> bool:
    """Close the lane unless something arrived in the meantime; False means: look again."""
    held = await tx.fetchval(
        "SELECT true FROM lanes WHERE key = $1 AND fence = $2 AND owner IS NOT NULL FOR UPDATE",
        lane.key,
        lane.fence,
    )
    if not held:
        raise lost(lane)
    busy = await tx.fetchval(
        """
        SELECT EXISTS (SELECT 1 FROM inbox WHERE lane = $1 AND outcome IN ('pending', 'waiting'))
            OR EXISTS (SELECT 1 FROM events WHERE lane = $1 AND outcome IN ('pending', 'waiting'))
        """,
        lane.key,
    )
    if busy:
        return False
    await tx.execute(
        """
        UPDATE lanes SET queued = false, owner = NULL, lease_until = NULL, attempts = 0, retry_at = NULL,
               reason = NULL
        WHERE key = $1
        """,
        lane.key,
    )
    return True


async def postpone(tx: Tx, lane: Lane, *, delay_s: float, reason: str, counted: bool = True) -> None:
    """Give the lane back, to be tried again after ``delay_s``; waiting for a person is no attempt."""
    await tx.execute(
        """
        UPDATE lanes SET owner = NULL, lease_until = NULL, attempts = attempts + $5::int,
               retry_at = now() + make_interval(secs => $3), reason = $4
        WHERE key = $1 AND fence = $2
        """,
        lane.key,
        lane.fence,
        delay_s,
        reason,
        int(counted),
    )


async def wake(tx: Tx, keys: Sequence[str], *, priority: int | None = None) -> list[tuple[str, int]]:
    """Mark lanes as queued and due; return those that have to be announced to the workers.

    Args:
        tx: The transaction.
        keys: Of the lanes.
        priority: Of those in which nothing waits yet; None leaves it as it was the last time.
    """
    rows = await tx.fetch(
        """
        WITH mine AS (SELECT key FROM lanes WHERE key = ANY($1::text[]) ORDER BY key COLLATE "C" FOR UPDATE)
        UPDATE lanes SET queued = true, retry_at = NULL, attempts = 0, touched_at = now(),
               priority = CASE WHEN queued OR $2::int IS NULL THEN priority ELSE $2 END
        FROM mine WHERE lanes.key = mine.key RETURNING lanes.key, priority
        """,
        list(keys),
        priority,
    )
    return [(row["key"], row["priority"]) for row in rows]


async def stranded(tx: Tx, *, grace_s: float, limit: int = 500) -> list[tuple[str, int]]:
    """Find lanes that are queued and due but that nobody holds; touches them so that they are found once."""
    rows = await tx.fetch(
        """
        UPDATE lanes SET touched_at = now() WHERE key IN (
            SELECT key FROM lanes
            WHERE queued AND (lease_until IS NULL OR lease_until < now())
              AND (retry_at IS NULL OR retry_at <= now())
              AND touched_at < now() - make_interval(secs => $1)
            ORDER BY priority DESC, touched_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING key, priority
        """,
        grace_s,
        limit,
    )
    return [(row["key"], row["priority"]) for row in rows]


async def wake_connection(tx: Tx, connection_id: str) -> list[tuple[str, int]]:
    """Make every postponed lane of a connection due, after a person reconnected it."""
    rows = await tx.fetch(
        "WITH mine AS (SELECT key FROM lanes WHERE connection_id = $1 AND queued AND retry_at IS NOT NULL"
        ' ORDER BY key COLLATE "C" FOR UPDATE)'
        " UPDATE lanes SET retry_at = NULL, touched_at = now() FROM mine WHERE lanes.key = mine.key"
        " RETURNING lanes.key, priority",
        connection_id,
    )
    return [(row["key"], row["priority"]) for row in rows]


async def wake_waiting_for(tx: Tx, reason: str) -> list[tuple[str, int]]:
    """Make every lane due that was postponed for this reason."""
    rows = await tx.fetch(
        "WITH mine AS (SELECT key FROM lanes WHERE queued AND retry_at IS NOT NULL AND reason = $1"
        ' ORDER BY key COLLATE "C" FOR UPDATE)'
        " UPDATE lanes SET retry_at = NULL, touched_at = now() FROM mine WHERE lanes.key = mine.key"
        " RETURNING lanes.key, priority",
        reason,
    )
    return [(row["key"], row["priority"]) for row in rows]


async def now(tx: Tx) -> datetime:
    """Return the database's own time."""
    moment: datetime = await tx.fetchval("SELECT clock_timestamp()")
    return moment


async def open_count(tx: Tx) -> int:
    """How many lanes have work, waiting or being done."""
    return int(await tx.fetchval("SELECT count(*) FROM lanes WHERE queued"))
