"""Runs that do not follow their event at once: what they see, so that nothing older is written over what is newer.

A run is late when it waited, failed and is tried again, was resumed, or is a replay. The record may have moved on:

- The flow has not begun with a newer state: the run writes the newest state, and no older one.
- The flow has begun with a newer state: this run is overtaken. What exists over there it leaves as it is;
  what is missing it makes.
- The flow has carried a newer state over: this run has nothing left to do.

Which way it takes through the flow is decided by the event itself, so that a replay takes the way of the first run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from orderbridge.engine.progress import Progress
from orderbridge.store import events, runs
from orderbridge.store.database import Tx
from orderbridge.store.events import Event
from orderbridge.store.runs import Begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a run works on.

    Attributes:
        event: With the state that is carried over.
        overtaken: The same flow has begun with a newer state of the record.
        outdated: Why nothing is left to do, None where there is.
    """

    event: Event
    overtaken: bool = False
    outdated: str | None = None


async def seen(tx: Tx, event: Event, begun: Begun, *, flow_id: str) -> Seen:
    """Find out what a run works on."""
    if not begun.late and begun.wake_at is None:
        return Seen(event=event)
    newest = await _newest(tx, event)
    if newest.revision == event.revision:
        return Seen(event=event)
    if not begun.late:
        return Seen(event=newest)
    by = await runs.overtaken_by(
        tx, flow_id=flow_id, connection_id=event.connection_id, kind=event.kind, record_id=event.record_id,
        revision=event.revision,
    )  # fmt: skip
    if by is None:
        return Seen(event=newest)
    outdated = "this flow has carried over a newer state of the record since" if by == "done" else None
    return Seen(event=event, overtaken=True, outdated=outdated)


async def progress(tx: Tx, fresh: Progress, event: Event, begun: Begun) -> Progress:
    """Return how far the run has come, and what a person asked of it."""
    if begun.attempts == 1 and not begun.late:
        return fresh
    if begun.late:
        fresh.as_of = event.state
    fresh.take(await runs.steps_of(tx, fresh.run_id))
    if begun.origin_id != fresh.run_id:
        fresh.take_waits(await runs.steps_of(tx, begun.origin_id))
    fresh.edits = begun.edits
    fresh.start_at = begun.asked.get("from_step")
    return fresh


async def _newest(tx: Tx, event: Event) -> Event:
    # What was true before a wait of days may be wrong now, and must not be written over what is newer.
    states = await events.last_states(tx, event.connection_id, [(event.kind, event.record_id)])
    state = states.get((event.kind, event.record_id), event.state)
    revision = await events.revision_of(tx, event.connection_id, event.kind, event.record_id)
    return replace(event, state=state, revision=max(revision, event.revision))
