"""Our own writes come back as changes; they are accepted as ours and start nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from orderbridge.catalogue import echoes
from orderbridge.catalogue.changes import Observed
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.store import events, own_writes, runs
from orderbridge.store.database import Tx
from orderbridge.store.lanes import Lane
from orderbridge.store.own_writes import OwnWrite

REASON = "our own write"
# More of a field's past is not needed to see that two flows fight.
_LAST_WRITES = 6
_LONGEST_SHOWN = 80
# Where an event of our own write came from.
SOURCE = "own write"


def kind_of(system: str, kind: str) -> str:
    """Return a write's kind as readers call it: ``act.contact`` is ``contact``."""
    return kind.removeprefix(f"{system}.")


async def remember(
    tx: Tx,
    connection_id: str,
    system: str,
    kind: str,
    record_id: str,
    *,
    wanted: JsonObject,
    found: JsonObject,
    created: bool,
    changed: Sequence[str],
    author: str,
) -> None:
    """Keep what a flow wrote to a record.

    Args:
        tx: Of the receipt.
        connection_id: Where it was written.
        system: ``act`` or ``ghl``.
        kind: Of record, as the write calls it.
        record_id: Over there.
        wanted: What was to be written.
        found: The record as it was read back.
        created: Whether there was none before.
        changed: Which of the wanted fields were another value before.
        author: The flow, or the template that it belongs to.
    """
    name = kind_of(system, kind)
    known = (await own_writes.of_records(tx, connection_id, [(name, record_id)])).get((name, record_id))
    past = known.history if known else {}
    history = {
        field: [*past.get(field, []), entry(author, wanted[field])][-_LAST_WRITES:] for field in changed
    }
    await own_writes.save(
        tx, connection_id, name, record_id,
        shown=echoes.written(system, name, wanted, found, created=created), created=created, history=history,
    )  # fmt: skip


def entry(author: str, value: Any) -> JsonObject:
    """One write of one field, as its history keeps it."""
    text = str(value)
    shown = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return {"author": author, "mark": fingerprint(value), "text": shown}


async def written_to(
    tx: Tx, connection_id: str, observed: Sequence[Observed]
) -> Mapping[tuple[str, str], OwnWrite]:
    """Return what we wrote to records that were just looked at."""
    keys = [(item.kind, item.record_id) for item in observed]
    return await own_writes.of_records(tx, connection_id, keys) if keys else {}


def too_early(writes: Mapping[tuple[str, str], OwnWrite], read_at: datetime) -> bool:
    """Whether one of these was written while the records were read: what was read may be of before."""
    return any(item.unseen and item.settled_at >= read_at for item in writes.values())


async def accept_ours(tx: Tx, lane: Lane, system: str, item: Observed, own: OwnWrite) -> None:
    """Accept what we wrote as the record's state, with an event that starts nothing.

    What differs from it when the record is accepted next is somebody else's.
    """
    if item.deleted:
        return
    key = (item.kind, item.record_id)
    last = (await events.last_states(tx, lane.connection_id, [key])).get(key)
    state = echoes.ours(system, item.kind, shown=own.shown, created=own.created, last=last, now=item.state)
    if state is not None:
        mine = replace(item, state=state, told=(), fresh=False)
        event_id = await events.accept(tx, lane.connection_id, lane.key, SOURCE, mine)
        if event_id is not None:
            await events.settle(tx, lane, event_id, outcome=runs.NOTHING, reason=REASON)
    await own_writes.seen(tx, lane.connection_id, *key)


async def theirs(tx: Tx, connection_id: str, event_id: str) -> None:
    """Note which fields somebody else has changed: what flows wrote there before is no fight any more."""
    moved = await events.moved(tx, event_id)
    if moved is not None:
        kind, record_id, fields = moved
        await own_writes.forget_moved(tx, connection_id, kind, record_id, echoes.written_as(kind, fields))
