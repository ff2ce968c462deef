"""The inbox: every delivery, whatever its source, stored once before its sender hears yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.store.database import Tx

PENDING, WAITING, DONE, NOTHING, DEAD = "pending", "waiting", "done", "nothing", "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """Something that arrived.

    Attributes:
        delivery_id: Unique within the connection; a repeat with the same id is dropped.
        lane_kind: The kind of record whose lane handles it; None when nothing has to be done.
        lane_record_id: That record's id.
        reason: Why nothing has to be done, where ``lane_kind`` is None.
        backfill_id: The backfill that it comes from.
    """

    connection_id: str
    delivery_id: str
    source: str
    type: str
    kind: str
    record_id: str | None
    lane_kind: str | None
    lane_record_id: str | None
    body: bytes | None
    priority: int = 0
    reason: str | None = None
    backfill_id: str | None = None

    @property
    def lane(self) -> str | None:
        """The key of the lane that keeps this delivery in order."""
        if self.lane_kind is None or self.lane_record_id is None:
            return None
        return lane_key(self.connection_id, self.lane_kind, self.lane_record_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A stored delivery that still waits."""

    id: int
    source: str
    type: str
    kind: str
    record_id: str | None
    body: bytes | None
    received_at: datetime
    backfill_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch did: how many deliveries were new, and which lanes have to be woken."""

    new_ids: frozenset[tuple[str, str]]
    woken: tuple[tuple[str, int], ...]


def lane_key(connection_id: str, kind: str, record_id: str) -> str:
    """Name the lane of one record."""
    return f"{connection_id}/{kind}/{record_id}"


async def store(tx: Tx, deliveries: Sequence[NewDelivery]) -> Stored:
    """Insert what is new and mark its lanes as queued.

    What is more urgent than what waits in a lane already takes the lane along to the front. The lane's row lock
    decides the race with a lane that is just closing: either it sees our row, or we see it closed and queue it
    anew.

    Two batches never wait for each other in a circle: both go by the names of deliveries and then of lanes. A caller
    that writes more in its transaction does so afterwards, as a lane's holder does, and calls this once in it.
    """
    # Numbered as they came, stored by name.
    rows = await tx.fetch(
        """
        INSERT INTO inbox (id, connection_id, delivery_id, source, type, kind, record_id, lane, body,
                           outcome, reason, settled_at, backfill_id) OVERRIDING SYSTEM VALUE
        SELECT n, c, d, s, t, k, r, l, b,
               CASE WHEN l IS NULL THEN 'nothing' ELSE 'pending' END, why,
               CASE WHEN l IS NULL THEN now() END, f
        FROM (SELECT nextval(pg_get_serial_sequence('inbox', 'id')) AS n, new.*
              FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                          $8::bytea[], $9::text[], $10::text[]) AS new(c, d, s, t, k, r, l, b, why, f)) AS numbered
        ORDER BY c, d
        ON CONFLICT (connection_id, delivery_id) DO NOTHING
        RETURNING connection_id, delivery_id, lane
        """,
        [item.connection_id for item in deliveries],
        [item.delivery_id for item in deliveries],
        [item.source for item in deliveries],
        [item.type for item in deliveries],
        [item.kind for item in deliveries],
        [item.record_id for item in deliveries],
        [item.lane for item in deliveries],
        [item.body for item in deliveries],
        [item.reason for item in deliveries],
        [item.backfill_id for item in deliveries],
    )
    touched = {row["lane"] for row in rows if row["lane"]}
    by_lane: dict[str, NewDelivery] = {}
    for item in deliveries:
        lane = item.lane
        if lane is not None and lane in touched:
            known = by_lane.get(lane)
            if known is None or item.priority > known.priority:
                by_lane[lane] = item
    ordered = sorted(by_lane.items())
    woken = await tx.fetch(
        """
        INSERT INTO lanes (key, connection_id, kind, record_id, queued, priority)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::int[])
        ON CONFLICT (key) DO UPDATE
           SET queued = true, touched_at = now(), retry_at = NULL,
               priority = CASE WHEN lanes.queued THEN greatest(lanes.priority, excluded.priority)
                               ELSE excluded.priority END
         WHERE NOT lanes.queued OR lanes.retry_at IS NOT NULL OR excluded.priority > lanes.priority
        RETURNING key, priority
        """,
        [key for key, _ in ordered],
        [item.connection_id for _, item in ordered],
        [item.lane_kind for _, item in ordered],
        [item.lane_record_id for _, item in ordered],
        [True for _ in ordered],
        [item.priority for _, item in ordered],
    )
    return Stored(
        new_ids=frozenset((row["connection_id"], row["delivery_id"]) for row in rows),
        woken=tuple((row["key"], row["priority"]) for row in woken),
    )


async def pending(tx: Tx, lane: str, *, limit: int = 200) -> list[Delivery]:
    """Return what waits in ``lane``, oldest first."""
    rows = await tx.fetch(
        """
        SELECT id, source, type, kind, record_id, body, received_at, backfill_id FROM inbox
        WHERE lane = $1 AND outcome IN ('pending', 'waiting') ORDER BY id LIMIT $2
        """,
        lane,
        limit,
    )
    return [Delivery(**dict(row)) for row in rows]


async def settle(
    tx: Tx, ids: Sequence[int], *, outcome: str, reason: str | None, cause: str | None = None
) -> None:
    """Give deliveries their visible outcome; ``cause`` is the code of what went wrong."""
    await tx.execute(
        """
        UPDATE inbox SET outcome = $2, reason = $3, cause = $4,
               settled_at = CASE WHEN $2 IN ('pending', 'waiting') THEN NULL ELSE now() END
        WHERE id = ANY($1::bigint[])
        """,
        list(ids),
        outcome,
        reason,
        cause,
    )


async def supersede_dead(tx: Tx, lane: str) -> None:
    """Close dead deliveries of a record that could be read after all."""
    await tx.execute(
        """
        UPDATE inbox SET outcome = 'nothing', reason = 'the record could be read later; before that: ' || reason
        WHERE lane = $1 AND outcome = 'dead'
        """,
        lane,
    )


async def reopen_dead(
    tx: Tx, *, reason_like: str | None = None, ids: Sequence[int] | None = None
) -> list[str]:
    """Make dead deliveries pending again and return their lanes."""
    rows = await tx.fetch(
        """
        UPDATE inbox SET outcome = 'pending', reason = NULL, cause = NULL, settled_at = NULL
        WHERE outcome = 'dead' AND ($1::text IS NULL OR reason ILIKE '%' || $1 || '%')
          AND ($2::bigint[] IS NULL OR id = ANY($2))
        RETURNING lane
        """,
        reason_like,
        list(ids) if ids is not None else None,
    )
    return sorted({row["lane"] for row in rows if row["lane"]})


async def dead(tx: Tx, *, limit: int = 500) -> list[dict[str, object]]:
    """List deliveries that need a person."""
    rows = await tx.fetch(
        """
        SELECT id, connection_id, type, kind, record_id, reason, received_at FROM inbox
        WHERE outcome = 'dead' ORDER BY id DESC LIMIT $1
        """,
        limit,
    )
    return [dict(row) for row in rows]


async def counts(tx: Tx) -> dict[str, int]:
    """Count deliveries by outcome, every row of the table."""
    rows = await tx.fetch("SELECT outcome, count(*) AS n FROM inbox GROUP BY outcome")
    return {row["outcome"]: row["n"] for row in rows}


async def keep_unknown(
    tx: Tx, *, location_id: str | None, type_: str | None, webhook_id: str | None, cap: int, keep_s: float
) -> None:
    """Note a signed delivery for somebody else's location: visible, capped, short-lived, never run."""
    await tx.execute(
        "INSERT INTO unknown_deliveries (location_id, type, webhook_id) VALUES ($1, $2, $3)",
        location_id,
        type_,
        webhook_id,
    )
    await tx.execute(
        """
        DELETE FROM unknown_deliveries
        WHERE received_at < now() - make_interval(secs => $2)
           OR id <= (SELECT max(id) FROM unknown_deliveries) - $1
        """,
        cap,
        keep_s,
    )


async def unknown(tx: Tx) -> list[dict[str, object]]:
    """Count what came for locations that we do not know, by location."""
    rows = await tx.fetch(
        """
        SELECT location_id, count(*) AS deliveries, max(received_at) AS last_at
        FROM unknown_deliveries GROUP BY location_id ORDER BY last_at DESC
        """
    )
    return [dict(row) for row in rows]
