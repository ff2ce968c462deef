"""Trying again what needed a person: the record is read afresh first, since it was corrected at its source."""

from __future__ import annotations

from collections.abc import Sequence

from orderbridge.core.ids import IdSource
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.queue import announce
from orderbridge.store import lanes
from orderbridge.store.database import Tx
from orderbridge.store.inbox import NewDelivery


async def look_again(tx: Tx, new_id: IdSource, keys: Sequence[str]) -> int:
    """Let workers read the records of lanes afresh and go on with what is open there; return how many."""
    touched = sorted(set(keys))
    await accept_all(tx, [_look_again(key, new_id()) for key in touched])
    await announce(tx, await lanes.wake(tx, touched))
    return len(touched)


def _look_again(lane: str, delivery: str) -> NewDelivery:
    connection_id, kind, record_id = lane.split("/", 2)
    return NewDelivery(
        connection_id=connection_id,
        delivery_id=f"replay/{delivery}",
        source="replay",
        type=f"{kind}_replayed",
        kind=kind,
        record_id=record_id,
        lane_kind=kind,
        lane_record_id=record_id,
        body=None,
        # A person is waiting for it.
        priority=10,
    )
