"""One look at a list: pages are kept one by one, each together with the checkpoint that it belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orderbridge.connectors.fields import instant
from orderbridge.connectors.paging import STUCK
from orderbridge.core.errors import TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.listening import Listening
from orderbridge.engine.runtime import Runtime
from orderbridge.store import checkpoints
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.inbox import NewDelivery
from orderbridge.sync.ages import RECENT
from orderbridge.sync.backfill.leaving import under_way
from orderbridge.sync.keeping import Gone, absence, keep_rows
from orderbridge.sync.rows import BY_EDITED, OVERLAP, Row, Stream, View, begins, covered

GROUP_ROWS = 100
SAME_PAGE = "poll.same_page"
# A provider whose clock is further off than this is told to a person; what is further off than a day is no clock.
SKEW_SHOWN = timedelta(minutes=2)
_LARGEST_SKEW = timedelta(days=1)

Pause = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class StreamResult:
    """What one look at one stream found.

    Attributes:
        age: The class that was looked at.
        unreadable: Rows that are not what they must be.
        missing: Records that were there before and are not in the list any more.
        suspicious: So many were missing that nothing was made of it.
    """

    stream: str
    age: str = ""
    rows: int = 0
    moved: int = 0
    unreadable: int = 0
    missing: int = 0
    suspicious: bool = False


@dataclass(slots=True)
class Checkpoint:
    """How far a stream was read, as it is stored; shared by the looks of one round, so that each knows the other's.

    Attributes:
        cursor: ``edited``: the newest edit that was kept; ``ages``: by class when it was read last (``at``) and how
            many rows it gave (``rows``); ``gone``: what the last look at everything missed; ``confirmed``: a person
            said that what is missing was deleted; ``error``: why the last look failed.
    """

    connection_id: str
    stream: str
    cursor: JsonObject
    version: int

    def mark(self, age: str) -> JsonObject:
        """When a class was read last and how many rows it gave; empty before the first time."""
        found: JsonObject = self.cursor.get("ages", {}).get(age, {})
        return found

    def read_at(self, age: str) -> datetime | None:
        """When a class was read last."""
        return instant(self.mark(age).get("at"))

    def rows(self, age: str) -> int | None:
        """How many rows a class gave when it was read last."""
        found = self.mark(age).get("rows")
        return int(found) if found is not None else None

    async def save(self, tx: Tx, changes: JsonObject) -> None:
        """Save it in the transaction of the page that it belongs to."""
        cursor = self.cursor | changes
        self.version = await checkpoints.save(
            tx, self.connection_id, self.stream, cursor, replaces=self.version
        )
        self.cursor = cursor


@dataclass(slots=True)
class _Walk:
    """A look in progress: the checkpoint moves with every page that was kept."""

    view: View
    stream: Stream
    skew: timedelta
    checkpoint: Checkpoint
    result: StreamResult
    ids: set[str] = field(default_factory=set)
    newest: datetime | None = None
    counts: dict[str, int] = field(default_factory=dict)
    in_order: bool = True
    _last: datetime | None = None

    async def keep(self, rows: list[Row], *, last: bool) -> None:
        self._count(rows)
        changes: JsonObject = {}
        gone: Gone | None = None
        found: list[NewDelivery] = []
        async with self.view.runtime.db.begin() as tx:
            if last:
                changes |= {"ages": self._marks(), "error": None, "skew_s": int(self.skew.total_seconds())}
                if self.view.full:
                    confirmed = bool(self.checkpoint.cursor.get("confirmed"))
                    found, gone = await absence(tx, self.view, self.stream, self.ids, confirmed=confirmed)
                    changes |= {"gone": _as_json(gone, self.view.today), "confirmed": False}
            self.result.moved += await keep_rows(tx, self.view, self.stream, rows, besides=found)
            if self.newest and (last or (self.stream.ascending and self.in_order)):
                # Never ahead of our own clock: one record dated in the future would hide all edits until then.
                changes["edited"] = min(self.newest, self.view.today).isoformat()
            await self.checkpoint.save(tx, changes)
        readable = sum(row.readable for row in rows)
        self.result.rows += readable
        self.result.unreadable += len(rows) - readable
        if gone is not None:
            self.result.missing, self.result.suspicious = gone.missing, gone.suspicious

    def _count(self, rows: list[Row]) -> None:
        self.ids.update(row.record_id for row in rows)
        for row in rows:
            if row.edited is not None:
                # A server that does not sort gives the newest edits anywhere: then only the end is a checkpoint.
                self.in_order = self.in_order and (self._last is None or self._last <= row.edited)
                self._last = row.edited
        self.newest = max(
            (item for item in (self.newest, *(row.edited for row in rows)) if item), default=None
        )
        for age in covered(self.stream, self.view.age):
            start = begins(self.stream, age, self.view.today, skew=self.skew)
            whole = age == self.view.age or start is None
            self.counts[age] = self.counts.get(age, 0) + sum(
                whole or ((at := self.stream.at(row)) is not None and start is not None and at >= start)
                for row in rows
            )

    def _marks(self) -> JsonObject:
        now = self.view.today.isoformat()
        every: JsonObject = dict(self.checkpoint.cursor.get("ages", {}))
        for age in covered(self.stream, self.view.age):
            # A short look may have been made meanwhile.
            at = max(now, str(every.get(age, {}).get("at", now)))
            every[age] = {"at": at, "rows": self.counts.get(age, 0)}
        return every


async def look(
    runtime: Runtime,
    connection: Connection,
    stream: Stream,
    listening: Listening,
    checkpoint: Checkpoint,
    *,
    age: str,
    now: datetime,
    pause: Pause,
) -> StreamResult:
    """Look at one class of a stream.

    Args:
        runtime: The opened accounts.
        connection: Whose list.
        stream: The list.
        listening: What the flows listen to.
        checkpoint: How far it was read.
        age: The class.
        now: The time of this look.
        pause: Awaited between two pages: what is more urgent may be done there.

    Raises:
        TransientError: The list gives the same page for ever; the checkpoint has not moved.
    """
    off = await skew(runtime, connection)
    edited = instant(checkpoint.cursor.get("edited"))
    after = begins(stream, age, now, skew=off)
    if stream.asked_by == BY_EDITED and age == RECENT:
        after = None if edited is None else min(edited, now) - OVERLAP - abs(off)
    async with runtime.db.read() as tx:
        history = await under_way(tx, connection.id)
    view = View(
        runtime=runtime,
        connection=connection,
        listening=listening,
        age=age,
        after=after,
        today=now,
        history=history,
    )
    walk = _Walk(view, stream, off, checkpoint, StreamResult(stream.name, age), newest=edited)
    group: list[Row] = []
    try:
        async for row in stream.rows(view):
            group.append(row)
            if len(group) >= GROUP_ROWS:
                await walk.keep(group, last=False)
                group = []
                await pause()
    except TransientError as error:
        if error.cause != STUCK:
            raise
        raise TransientError(
            f"{connection.name}, list {stream.name!r}: {error}. What it showed is kept, the checkpoint stays where it "
            "was; if this lasts, ask the provider, and see 'orderbridge polling show'",
            cause=SAME_PAGE,
        ) from error
    await walk.keep(group, last=True)
    return walk.result


async def skew(runtime: Runtime, connection: Connection) -> timedelta:
    """How far a provider's clock is ahead of ours, as its last answer said; zero before the first one."""
    client = (
        await runtime.ghl(connection.id) if connection.system == "ghl" else await runtime.act(connection.id)
    )
    found = timedelta(seconds=client.http.skew_s)
    return max(-_LARGEST_SKEW, min(_LARGEST_SKEW, found))


def _as_json(gone: Gone | None, now: datetime) -> JsonObject | None:
    if gone is None or not gone.missing:
        return None
    return {
        "missing": gone.missing,
        "known": gone.known,
        "suspicious": gone.suspicious,
        "at": now.isoformat(),
    }
