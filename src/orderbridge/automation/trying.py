"""Try a flow without writing: on stored events, on a record as it is now, or on a sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orderbridge.automation.candidates import candidate
from orderbridge.catalogue import own_events, readers
from orderbridge.catalogue.changes import Observed
from orderbridge.catalogue.ghl.order_bundle import ORDER
from orderbridge.catalogue.operation import Listens
from orderbridge.catalogue.reading import Look
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError, OrderBridgeError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.engine import operations, worlds
from orderbridge.engine.assumed import Assumed
from orderbridge.engine.dry_run import FAILS, Tried, dry_run
from orderbridge.engine.runtime import Runtime
from orderbridge.flows.model import Flow
from orderbridge.store import connections, events, flows, tries
from orderbridge.store.connections import Connection
from orderbridge.store.events import Event
from orderbridge.store.tries import Looked

RECENT, MOST_RECENT = 5, 100
_SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to try a flow on; the first that is given counts, and without any the recent events.

    Attributes:
        event_id: The beginning of a stored event's id.
        record: Kind and id of a record, which is read now.
        sample: A record of the account itself that is read now, or else the trigger's own example.
        recent: The newest event of that many records; where nothing is stored yet, records that are read now.
    """

    event_id: str | None = None
    record: tuple[str, str] | None = None
    sample: bool = False
    recent: int = RECENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A flow and the two accounts between which it is tried.

    Attributes:
        name: Of the published flow, or the one that it would have.
    """

    flow: Flow
    name: str
    source: Connection
    target: Connection

    @property
    def mark(self) -> str:
        """What tells this definition from every other."""
        return fingerprint(self.flow.as_json())


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a flow would do.

    Attributes:
        id: Under which it is remembered that somebody looked at it.
    """

    id: str
    subject: Subject
    results: Sequence[Tried] = field(default_factory=tuple)

    @property
    def fails(self) -> bool:
        """Whether the flow itself has to be corrected."""
        return any(item.outcome == FAILS for item in self.results)

    @property
    def outcomes(self) -> Counter[str]:
        """How many events came to what."""
        return Counter(item.outcome for item in self.results)

    def as_json(self) -> JsonObject:
        """The trial as it is shown."""
        return {
            "id": self.id,
            "flow": self.subject.name,
            "source": self.subject.source.name,
            "target": self.subject.target.name,
            "mode": self.subject.source.mode,
            "outcomes": dict(self.outcomes),
            "results": [item.as_json() for item in self.results],
        }


async def published(
    runtime: Runtime, name: str, *, source: str | None = None, target: str | None = None
) -> Subject:
    """Find a published flow, perhaps between other accounts than its own.

    Raises:
        SetupError: There is no such flow or connection.
    """
    async with runtime.db.read() as tx:
        stored = await flows.by_name(tx, name)
        one = (
            await connections.named(tx, source)
            if source
            else await connections.by_id(tx, stored.source_connection)
        )
        other = (
            await connections.named(tx, target)
            if target
            else await connections.by_id(tx, stored.target_connection)
        )
    return Subject(flow=Flow.model_validate(stored.definition), name=stored.name, source=one, target=other)


async def unpublished(runtime: Runtime, flow: Flow, *, source: str, target: str) -> Subject:
    """Take a flow that is not published, such as a draft or a file.

    Raises:
        SetupError: There is no such connection.
    """
    found = await candidate(runtime, flow, source=source, target=target)
    return Subject(flow=flow, name=found.name, source=found.source, target=found.target)


async def attempt(runtime: Runtime, subject: Subject, wish: Wish, *, by: str) -> Trial:
    """Try a flow, and remember that ``by`` has looked at it; without results where the account has nothing of the kind.

    Raises:
        FlowError: There is no such event or record, or the flow listens to another account.
        OrderBridgeError: The record could not be read.
    """
    trigger = operation(subject.flow.trigger)
    listens = trigger.listens
    if listens is None:
        raise FlowError(
            f"{trigger.ref} is no trigger, so nothing starts this flow", cause="flow.not_a_trigger"
        )
    if trigger.system not in ("core", subject.source.system):
        raise FlowError(
            f"{trigger.ref} listens to {trigger.system}, and {subject.source.name} is a connection of "
            f"{subject.source.system}",
            cause="flow.wrong_source",
        )
    found = await _events(runtime, subject, listens, wish)
    assumed = Assumed()
    results = [
        await dry_run(
            runtime, subject.flow, event, source=subject.source.id, target=subject.target.id, assumed=assumed
        )
        for event in found
    ]
    trial = Trial(id=random_id(), subject=subject, results=results)
    async with runtime.db.begin() as tx:
        await tries.keep(tx, _looked(trial, by, runtime.clock.now()))
    return trial


def _looked(trial: Trial, by: str, at: datetime) -> Looked:
    subject = trial.subject
    return Looked(
        id=trial.id,
        flow=subject.flow.flow,
        fingerprint=subject.mark,
        source_connection=subject.source.id,
        target_connection=subject.target.id,
        event_ids=[item.event.id for item in trial.results],
        outcomes=trial.outcomes,
        tried_by=by,
        tried_at=at,
    )


async def _events(runtime: Runtime, subject: Subject, listens: Listens, wish: Wish) -> list[Event]:
    if wish.event_id is not None:
        return [await _stored(runtime, subject, wish.event_id)]
    if wish.record is not None:
        return await _read_now(runtime, subject.source, listens, *wish.record)
    limit = 1 if wish.sample else max(1, min(wish.recent, MOST_RECENT))
    async with runtime.db.read() as tx:
        found = await events.recent(tx, subject.source.id, listens.kind, limit=limit)
    if found:
        # Oldest first: what a run would have written is taken for granted by the next.
        return sorted(found, key=lambda event: event.seq)
    found = await _newest(runtime, subject.source, listens, limit)
    return found or (_example(subject, listens) if wish.sample else [])


async def _stored(runtime: Runtime, subject: Subject, given: str) -> Event:
    async with runtime.db.read() as tx:
        found = await events.beginning(tx, given)
    if len(found) > 1:
        raise FlowError(
            f"several events begin with {given!r}; give more of the id", cause="try.several_events"
        )
    if not found:
        raise FlowError(
            f"there is no event {given!r}; a run's event stands in 'runs show'", cause="try.no_event"
        )
    if found[0].connection_id != subject.source.id:
        raise FlowError(
            f"event {given} is of another connection than {subject.source.name}; test and live never meet, nor do "
            "two accounts",
            cause="try.other_connection",
        )
    return found[0]


async def _read_now(
    runtime: Runtime, source: Connection, listens: Listens, kind: str, record_id: str
) -> list[Event]:
    reader = readers.reader(source.system, kind)
    if reader is None or not readers.asks(source.system, kind):
        raise FlowError(
            f"a record of the kind {kind!r} is not read by itself; {source.system} shows it with another one: give "
            f"--record {ORDER}:ID, whose parts are tried",
            cause="try.unreadable_kind",
        )
    async with runtime.db.read() as tx:
        last = await events.last_states(tx, source.id, [(kind, record_id)])
    is_ghl = source.system == "ghl"
    observed = await reader(
        Look(
            kind=kind,
            record_id=record_id,
            ghl_client=await runtime.ghl(source.id) if is_ghl else None,
            act_client=None if is_ghl else await runtime.act(source.id),
            last=last.get((kind, record_id)),
            live=worlds.wants_live(source),
            wanted=frozenset({listens.kind}),
        )
    )
    wanted = [item for item in observed if item.kind == listens.kind]
    if not wanted:
        raise FlowError(
            f"{kind} {record_id} has no {listens.kind}, which this flow listens to", cause="try.no_such_part"
        )
    return [_would_be(source, item, "read now") for item in wanted]


async def _newest(runtime: Runtime, source: Connection, listens: Listens, limit: int) -> list[Event]:
    """Return records of the account as they are now, where nothing of it is stored yet."""
    kind = listens.part_of or listens.kind
    if kind in own_events.READERS:
        return []
    found: list[Event] = []
    for record_id in await _newest_ids(runtime, source, kind, max(limit, RECENT)):
        try:
            found += await _read_now(runtime, source, listens, kind, record_id)
        except FlowError:
            # An order without a fulfilment, say: the next one may have one.
            continue
        if len(found) >= limit:
            break
    return found[:limit]


def _example(subject: Subject, listens: Listens) -> list[Event]:
    example = operation(subject.flow.trigger).example_output
    if not example and listens.kind not in own_events.READERS:
        return []
    state = {"id": _SAMPLE} | example
    observed = Observed(
        kind=listens.kind, record_id=str(state["id"]), type=f"{_SAMPLE}.{listens.kind}", state=state
    )
    return [_would_be(subject.source, observed, _SAMPLE)]


async def _newest_ids(runtime: Runtime, source: Connection, kind: str, limit: int) -> list[str]:
    """Return ids of a few records of the account, as its own list shows them."""
    try:
        listing = operation(f"{source.system}.{kind}.list@1")
    except FlowError:
        return []
    try:
        preview = await operations.preview(runtime, listing.ref, {}, [source])
    except OrderBridgeError:
        return []
    rows = (preview.output or {}).get("rows", [])
    return [str(row["id"]) for row in rows[:limit] if isinstance(row, dict) and row.get("id")]


def _would_be(source: Connection, observed: Observed, origin: str) -> Event:
    return events.would_be(observed, source.id, name=origin, source=origin, created=not observed.deleted)
