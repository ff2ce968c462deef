"""What Act!'s webhooks tell, as deliveries for the inbox."""

from __future__ import annotations

from orderbridge.catalogue import readers
from orderbridge.catalogue.act.readers import CUSTOM_RECORD
from orderbridge.connectors.act.webhooks import Changed, Monitor, read_callback
from orderbridge.core import jsonio
from orderbridge.core.ids import IdSource
from orderbridge.engine.listening import Listening
from orderbridge.store.inbox import NewDelivery

# No id of Act!'s is nearly as long, and an index of PostgreSQL takes only so much.
_LONGEST_ID = 200


def lane_of(monitor: Monitor, record_id: str, listening: Listening) -> tuple[str, str] | None:
    """Return the lane (its kind and record) that handles a record; None where no flow listens to that kind."""
    if monitor.table is None:
        listened = monitor.kind in readers.covering("act", listening.kinds)
        return readers.lane_of("act", monitor.kind, record_id) if listened else None
    wanted = (name for name in listening.tables if name.casefold() == (monitor.table or "").casefold())
    # As the flow spells it: a poll names the record so too.
    table = next(wanted, None)
    return None if table is None else (CUSTOM_RECORD, f"{table}/{record_id}")


def deliveries_of(
    connection_id: str, monitor: Monitor, raw: bytes, listening: Listening, *, new_id: IdSource
) -> list[NewDelivery]:
    """Return one delivery for each record that a callback names.

    A callback without a usable id is one delivery with a reason: it is kept and shown, and whoever sent it has
    no reason to send it again and to give up at last.
    """
    changes = read_callback(raw, monitor.trigger)
    if not changes:
        return [unread(connection_id, monitor, "a callback without the id of a record", raw, new_id=new_id)]
    return [_delivery(connection_id, monitor, change, listening, new_id) for change in changes]


def unread(
    connection_id: str, monitor: Monitor | None, why: str, raw: bytes | None, *, new_id: IdSource
) -> NewDelivery:
    """Return a delivery that names no record, with the reason why nothing is done for it."""
    return NewDelivery(
        connection_id=connection_id,
        delivery_id=f"act:{new_id()}",
        source="webhook",
        type=_type(monitor) if monitor else "unknown",
        kind=monitor.kind if monitor else "unknown",
        record_id=None,
        lane_kind=None,
        lane_record_id=None,
        body=raw,
        reason=f"{why}; polling finds what changed",
    )


def _delivery(
    connection_id: str, monitor: Monitor, change: Changed, listening: Listening, new_id: IdSource
) -> NewDelivery:
    record_id = _usable(change.record_id)
    if record_id is None:
        return unread(connection_id, monitor, "a record id that cannot be one", change.body, new_id=new_id)
    lane = lane_of(monitor, record_id, listening)
    # Act! repeats a call that failed. With its time a change is told from its repeat; without one it is not, and
    # taking a second change for a repeat would lose it.
    moment = _usable(change.moment) or new_id()
    return NewDelivery(
        connection_id=connection_id,
        delivery_id=f"act:{_type(monitor)}:{record_id}:{moment}",
        source="webhook",
        type=_type(monitor),
        kind=lane[0] if lane else monitor.kind,
        record_id=lane[1] if lane else record_id,
        lane_kind=lane[0] if lane else None,
        lane_record_id=lane[1] if lane else None,
        body=change.body,
        # Live news goes before everything that a poll or a backfill brings.
        priority=10,
        reason=None if lane else f"no flow listens to {_type(monitor)}",
    )


def _type(monitor: Monitor) -> str:
    return f"{monitor.kind}.{monitor.trigger.lower()}"


def _usable(text: str | None) -> str | None:
    # An id is exact or it is none.
    return (
        text if text is not None and 0 < len(text) <= _LONGEST_ID and jsonio.UNREADABLE not in text else None
    )
