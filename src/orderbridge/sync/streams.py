"""A stream: one list of one provider, looked at again and again. A row that moved becomes a delivery like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orderbridge.catalogue.reading import is_known, is_touched, missing_type, moment
from orderbridge.connectors.fields import instant
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.core.log import get
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.listening import Listening
from orderbridge.engine.runtime import Runtime
from orderbridge.store import checkpoints, sightings
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.inbox import NewDelivery
from orderbridge.sync.backfill.leaving import History, under_way

log = get(__name__)

_GROUP_ROWS = 100
# Edits reach a list late: from remote copies of a database, or from a search index.
OVERLAP = timedelta(minutes=10)
_CREATED = ("created_at", "date_added")
# So much vanishes at once only where we may not see it any more.
_SUSPICIOUS_ROWS, _SUSPICIOUS_SHARE = 10, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a list.

    Attributes:
        state: The record in our names, as its reader gives it.
        lane: Kind and id of the record whose lane handles it; None where nothing has to be done.
        body: What the reader needs of the row itself.
        reason: Why nothing has to be done.
        edited: When it was edited last, as the list says.
        readable: False where the row is not what it must be; its reader says what is wrong with it.
    """

    record_id: str
    state: JsonObject
    lane: tuple[str, str] | None
    body: bytes | None = None
    reason: str | None = None
    edited: datetime | None = None
    readable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one look at a stream is given.

    Attributes:
        after: Only what was edited later; None looks at everything.
        today: The day of this look, for lists that are asked by days.
        history: What a backfill is about to bring.
    """

    runtime: Runtime
    connection: Connection
    listening: Listening
    after: datetime | None
    full: bool
    today: datetime
    history: History


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A list.

    Attributes:
        name: As people see it and as its checkpoint is called.
        kind: Of the records in it.
        rows: Reads it.
        listened: The kind that a flow must listen to so that it is polled; None polls it always.
        seen_as: Under which name its rows are remembered.
        ascending: Its rows come oldest edit first, so a page that was kept need not be read again.
        scans: A look at everything shows every id, so what is missing may be deleted.
        prefix: What the ids of its records begin with.
        every_s: Looked at no more often than this.
        backfills: What is older than our listening makes deliveries too.
    """

    name: str
    kind: str
    rows: Callable[[View], AsyncIterator[Row]]
    listened: str | None = None
    seen_as: str | None = None
    ascending: bool = False
    scans: bool = False
    prefix: str = ""
    every_s: float = 0.0
    backfills: bool = False


@dataclass(slots=True)
class StreamResult:
    """What one look at one stream found.

    Attributes:
        unreadable: Rows that are not what they must be.
        missing: Records that were there before and are not in the list any more.
        suspicious: So many were missing that nothing was made of it.
    """

    stream: str
    rows: int = 0
    moved: int = 0
    unreadable: int = 0
    missing: int = 0
    suspicious: bool = False


@dataclass(slots=True)
class _Walk:
    """A look in progress: the checkpoint moves with every page that was kept."""

    view: View
    stream: Stream
    result: StreamResult
    cursor: JsonObject
    version: int
    ids: set[str] = field(default_factory=set)
    newest: datetime | None = None

    async def keep(self, rows: list[Row], *, last: bool) -> None:
        now = self.view.today.isoformat()
        self.ids.update(row.record_id for row in rows)
        self.newest = max(
            (item for item in (self.newest, *(row.edited for row in rows)) if item), default=None
        )
        async with self.view.runtime.db.begin() as tx:
            self.result.moved += await _keep_rows(tx, self.view, self.stream, rows)
            if last:
                self.cursor |= {"seen_at": now}
                if self.view.full:
                    self.cursor |= {"full_on": self.view.today.date().isoformat()}
                    await self._miss(tx, now)
            if self.newest and (last or self.stream.ascending):
                self.cursor |= {"edited": self.newest.isoformat()}
            self.version = await checkpoints.save(
                tx, self.view.connection.id, self.stream.name, self.cursor, replaces=self.version
            )
        readable = sum(row.readable for row in rows)
        self.result.rows += readable
        self.result.unreadable += len(rows) - readable

    async def _miss(self, tx: Tx, now: str) -> None:
        if not self.stream.scans:
            return
        connection = self.view.connection
        stored = await sightings.present(tx, connection.id, self.stream.kind, prefix=self.stream.prefix)
        missing = stored - self.ids
        self.result.missing = len(missing)
        if len(missing) >= _SUSPICIOUS_ROWS and len(missing) > _SUSPICIOUS_SHARE * len(stored):
            self.result.suspicious = True
            log.warning(
                "so many records vanished at once that none is taken as deleted; check what our user may see",
                connection=connection.name,
                stream=self.stream.name,
                missing=len(missing),
                known=len(stored),
            )
            return
        await accept_all(
            tx, [_missing(connection, self.stream, record_id, now) for record_id in sorted(missing)]
        )


async def look(
    runtime: Runtime, connection: Connection, stream: Stream, listening: Listening, *, everything: bool
) -> StreamResult | None:
    """Look at a stream once; None where its turn has not come.

    Args:
        runtime: The opened accounts.
        connection: Whose list.
        stream: The list.
        listening: What the flows listen to.
        everything: Look at the whole of it, whatever was seen before.
    """
    now = runtime.clock.now()
    async with runtime.db.begin() as tx:
        cursor, version = await checkpoints.load(tx, connection.id, stream.name)
        history = await under_way(tx, connection.id)
    seen_at = instant(cursor.get("seen_at"))
    if not everything and seen_at is not None and now < seen_at + timedelta(seconds=stream.every_s):
        return None
    full = everything or cursor.get("full_on") != now.date().isoformat()
    edited = instant(cursor.get("edited"))
    view = View(
        runtime=runtime,
        connection=connection,
        listening=listening,
        after=None if full or edited is None else edited - OVERLAP,
        full=full or edited is None,
        today=now,
        history=history,
    )
    walk = _Walk(view, stream, StreamResult(stream.name), dict(cursor), version, newest=edited)
    group: list[Row] = []
    async for row in stream.rows(view):
        group.append(row)
        if len(group) >= _GROUP_ROWS:
            await walk.keep(group, last=False)
            group = []
    await walk.keep(group, last=True)
    return walk.result


async def _keep_rows(tx: Tx, view: View, stream: Stream, rows: list[Row]) -> int:
    connection = view.connection
    left = await view.history.unseen(
        tx, connection.id, stream.kind, [(row.record_id, moment(row.state, _CREATED)) for row in rows]
    )
    by_id = {row.record_id: row for row in rows if row.record_id not in left}
    moved = await sightings.row_moved(
        tx,
        connection.id,
        stream.seen_as or stream.kind,
        [(key, fingerprint(row.state)) for key, row in by_id.items()],
    )
    since = view.listening.since.get(stream.kind)
    known: list[tuple[str, JsonObject]] = []
    deliveries: list[NewDelivery] = []
    for record_id, times in moved.items():
        row = by_id[record_id]
        old = is_known(connection.system, row.state, since) and not is_touched(
            connection.system, row.state, since
        )
        if times == 1 and old and not stream.backfills:
            known.append((record_id, row.state))
        else:
            deliveries.append(_delivery(connection, stream, row, times))
    await sightings.keep_known(tx, connection.id, stream.kind, known)
    await accept_all(tx, deliveries)
    return len(deliveries)


def _delivery(connection: Connection, stream: Stream, row: Row, times: int) -> NewDelivery:
    seen_as = stream.seen_as or stream.kind
    return NewDelivery(
        connection_id=connection.id,
        delivery_id=f"poll/{seen_as}/{row.record_id}/{times}/{fingerprint(row.state)[:12]}",
        source="poll",
        type=f"{stream.kind}_seen",
        kind=stream.kind,
        record_id=row.record_id,
        lane_kind=row.lane[0] if row.lane else None,
        lane_record_id=row.lane[1] if row.lane else None,
        body=row.body,
        reason=row.reason,
    )


def _missing(connection: Connection, stream: Stream, record_id: str, now: str) -> NewDelivery:
    return NewDelivery(
        connection_id=connection.id,
        delivery_id=f"missing/{stream.kind}/{record_id}/{now}",
        source="poll",
        type=missing_type(stream.kind),
        kind=stream.kind,
        record_id=record_id,
        lane_kind=stream.kind,
        lane_record_id=record_id,
        body=None,
    )
