"""Read afresh what a lane's deliveries are about, with everything that its reader has to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from orderbridge.catalogue import readers
from orderbridge.catalogue.act.readers import ACT, LINE_ITEM, OPPORTUNITY
from orderbridge.catalogue.changes import Observed
from orderbridge.catalogue.reading import Look, Notice
from orderbridge.core.errors import RejectedError
from orderbridge.engine.listening import listening
from orderbridge.engine.runtime import Runtime
from orderbridge.store import events, flows
from orderbridge.store.inbox import Delivery
from orderbridge.store.lanes import Lane

# Older than any record.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def backfilled(waiting: Sequence[Delivery]) -> bool:
    """Whether nothing waits but what a backfill brought: one webhook or poll beside it makes it live."""
    return all(item.backfill_id is not None for item in waiting)


async def read(runtime: Runtime, lane: Lane, waiting: Sequence[Delivery]) -> list[Observed]:
    """Return what a lane's record and the records that belong to it are now.

    Raises:
        RejectedError: This version reads no records of that kind.
        OrderBridgeError: The provider does not let us read it.
    """
    connection = await runtime.connection(lane.connection_id)
    reader = readers.reader(connection.system, lane.kind)
    if reader is None:
        raise RejectedError(
            f"{connection.system} records of the kind {lane.kind!r} are not read by this version",
            cause="read.unknown_kind",
        )
    async with runtime.db.read() as tx:
        wanted = listening(await flows.enabled_for(tx, lane.connection_id))
        last = await events.last_states(tx, lane.connection_id, [(lane.kind, lane.record_id)])
        lines = (
            await events.lines_of(tx, lane.connection_id, lane.record_id)
            if LINE_ITEM in wanted.kinds and lane.kind == OPPORTUNITY and connection.system == ACT
            else {}
        )
    is_ghl = connection.system == "ghl"
    ghl = await runtime.ghl(lane.connection_id) if is_ghl else None
    act = None if is_ghl else await runtime.act(lane.connection_id)
    history = backfilled(waiting)
    observed = await reader(
        Look(
            kind=lane.kind,
            record_id=lane.record_id,
            ghl_client=ghl.unhurried() if ghl and lane.unhurried else ghl,
            act_client=act.unhurried() if act and lane.unhurried else act,
            notices=[Notice(type=item.type, source=item.source, raw=item.body) for item in waiting],
            last=last.get((lane.kind, lane.record_id)),
            # What a backfill brings is carried over however old it is.
            since=dict.fromkeys(wanted.since, _EVER) if history else wanted.since,
            listed=history,
            live=connection.mode != "test",
            wanted=wanted.kinds,
            parts=lines,
        )
    )
    if readers.asks(connection.system, lane.kind):
        # What a webhook tells says nothing about whether we are still let in: UNINSTALL is one of them.
        await runtime.works(lane.connection_id)
    return observed
