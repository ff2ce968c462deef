"""The clock: flows whose time has come."""

from __future__ import annotations

from datetime import datetime

from orderbridge.catalogue.core.schedule.times import last_due
from orderbridge.catalogue.own_events import SCHEDULE
from orderbridge.connectors.fields import instant, wire_time
from orderbridge.core.errors import FlowError, TransientError
from orderbridge.core.log import get
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.listening import listens_of
from orderbridge.engine.own_events import happened
from orderbridge.engine.runtime import Runtime
from orderbridge.store import checkpoints, flows
from orderbridge.store.flows import StoredFlow

log = get(__name__)


async def fire_due(runtime: Runtime, now: datetime) -> int:
    """Start every flow whose time has come since the last look; returns how many.

    What was missed meanwhile is made up for by one start. A flow that was just switched on waits for its next time.
    """
    async with runtime.db.read() as tx:
        every = await flows.enabled(tx)
    fired = 0
    for flow in every:
        listens = listens_of(flow)
        if listens is None or listens.kind != SCHEDULE:
            continue
        try:
            fired += await _fire(runtime, flow, now)
        except FlowError as error:
            log.warning("a schedule is not understood", flow=flow.name, reason=str(error))
        except TransientError as error:
            # Another process looked at the same moment and started it.
            log.debug("a schedule was started elsewhere", flow=flow.name, reason=str(error))
    return fired


async def _fire(runtime: Runtime, flow: StoredFlow, now: datetime) -> bool:
    due = last_due(flow.definition.get("trigger_with") or {}, now)
    stream = f"schedule/{flow.id}"
    async with runtime.db.begin() as tx:
        cursor, version = await checkpoints.load(tx, flow.source_connection, stream)
        before = instant(cursor.get("due_at")) or flow.created_at
        if due <= before:
            return False
        at = wire_time(due)
        await checkpoints.save(tx, flow.source_connection, stream, {"due_at": at}, replaces=version)
        await accept_all(tx, [happened(flow, SCHEDULE, at, {"due_at": at})])
    return True
