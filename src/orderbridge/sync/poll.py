"""Polling: find what no webhook says, in every list that somebody listens to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from orderbridge.core.errors import OrderBridgeError, ReconnectError, RejectedError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.engine.health import ConnectionPausedError
from orderbridge.engine.listening import listening
from orderbridge.engine.runtime import Runtime
from orderbridge.store import claims, connections, flows, looks
from orderbridge.store.connections import Connection
from orderbridge.sync import fulfilments
from orderbridge.sync.ages import RECENT
from orderbridge.sync.pacing import Pacing, streams_of
from orderbridge.sync.rows import Stream
from orderbridge.sync.streams import SAME_PAGE, StreamResult, look, skew

log = get(__name__)

_POLL_LEASE_S = 600.0
# Connections that are polled at a time: a slow one does not keep the others from their minute.
_AT_ONCE = 4
# A wide look that costs no more calls than this is not worth a short one before it.
_CHEAP_CALLS = 3


@dataclass(slots=True)
class PollResult:
    """What one poll of one connection found.

    Attributes:
        error: Why it was cut short, or which lists could not be read.
    """

    connection: str
    streams: list[StreamResult] = field(default_factory=list)
    error: str | None = None

    @property
    def moved(self) -> int:
        """Rows that became deliveries."""
        return sum(item.moved for item in self.streams)

    def as_object(self) -> JsonObject:
        """What was found, for programs."""
        return {
            "connection": self.connection,
            "error": self.error,
            "streams": {
                part.stream: {"rows": part.rows, "moved": part.moved, "missing": part.missing}
                for part in self.streams
            },
        }


class _Round:
    """One round of looks at the lists of a connection."""

    def __init__(
        self, runtime: Runtime, connection: Connection, pacing: Pacing, result: PollResult, now: datetime
    ) -> None:
        self._runtime, self._connection = runtime, connection
        self._pacing, self._result = pacing, result
        self._now = self._last_recent = now
        self._pausing = False

    async def run(self, *, everything: bool, due_only: bool) -> None:
        for stream, age in self._turns(everything=everything, due_only=due_only):
            await self._look(stream, age, self._now)
        off = await skew(self._runtime, self._connection)
        found = await fulfilments.look_at_slices(
            self._runtime, self._connection, self._pacing, now=self._now, skew=off, pause=self._pause
        )
        if found is not None:
            self._result.streams.append(found)

    def _turns(self, *, everything: bool, due_only: bool) -> list[tuple[Stream, str]]:
        """What is looked at, in order: recent records of all lists before the long looks."""
        first: list[tuple[Stream, str]] = []
        then: list[tuple[Stream, str]] = []
        for stream in self._pacing.streams:
            due = [
                age
                for age in stream.ages
                if everything
                or (age == RECENT and not due_only)
                or self._pacing.is_due(stream, age, self._now)
            ]
            if not due:
                continue
            # The widest that is due covers the others.
            narrow, wide = due[0], due[-1]
            rows = self._pacing.checkpoints[stream.name].rows(wide)
            if not everything and narrow != wide and rows and stream.calls(rows) > _CHEAP_CALLS:
                first.append((stream, narrow))
            (first if narrow == wide == RECENT else then).append((stream, wide))
        return first + then

    async def _look(self, stream: Stream, age: str, now: datetime) -> None:
        checkpoint = self._pacing.checkpoints[stream.name]
        try:
            found = await look(
                self._runtime,
                self._connection,
                stream,
                self._pacing.listening,
                checkpoint,
                age=age,
                now=now,
                pause=self._pause,
            )
        except OrderBridgeError as error:
            if not isinstance(error, RejectedError) and error.cause != SAME_PAGE:
                await self._note(stream, error)
                raise
            # A build without this list, a table that is gone, a list that does not move on: the others are looked
            # at all the same.
            log.warning(
                "a list cannot be read",
                connection=self._connection.name,
                stream=stream.name,
                cause=error.cause,
                reason=str(error),
            )
            said = self._result.error
            self._result.error = f"{said}; {error}" if said else str(error)
            why = {"cause": error.cause, "reason": str(error), "at": now.isoformat()}
            async with self._runtime.db.begin() as tx:
                await checkpoint.save(tx, {"error": why})
            await self._note(stream, error)
            return
        self._result.streams.append(found)
        await self._note(stream, None)

    async def _note(self, stream: Stream, error: OrderBridgeError | None) -> None:
        said = str(error) if error is not None else None
        every_s = self._pacing.plan.interval_s(stream.name, stream.ages[0]) or self._pacing.paces.recent_s
        async with self._runtime.db.begin() as tx:
            await looks.note(
                tx,
                self._connection.id,
                stream.name,
                every_s=every_s,
                error=said,
                now=self._runtime.clock.now(),
            )

    async def _pause(self) -> None:
        """Between two pages of a long look: look at what is recent where its time has come again."""
        now = self._runtime.clock.now()
        if self._pausing or (now - self._last_recent).total_seconds() < self._pacing.paces.recent_s:
            return
        self._pausing, self._last_recent = True, now
        try:
            for stream in self._pacing.streams:
                due_at = self._pacing.due_at(stream.name, RECENT)
                if due_at is not None and self._pacing.is_due(stream, RECENT, now):
                    await self._look(stream, RECENT, now)
        finally:
            self._pausing = False


async def poll_connection(
    runtime: Runtime,
    connection: Connection,
    *,
    everything: bool = False,
    due_only: bool = False,
    now: datetime | None = None,
) -> PollResult:
    """Look at every stream of a connection once: at each class whose time has come, and at what is recent.

    Args:
        runtime: The opened accounts.
        connection: Whose lists.
        everything: Look at the whole history, not only at what is recent, and find what was deleted.
        due_only: Leave out also recent records whose time has not come.
        now: The time of this round; by default the clock's.
    """
    result = PollResult(connection.name)
    now = now or runtime.clock.now()
    async with runtime.db.begin() as tx:
        streams = streams_of(connection.system, listening(await flows.enabled_for(tx, connection.id)))
        await looks.keep_only(tx, connection.id, [stream.name for stream in streams])
    if not streams:
        return result
    async with claims.claim(runtime.db, [f"poll/{connection.id}"], lease_s=_POLL_LEASE_S, rng=runtime.rng):
        try:
            async with runtime.db.begin() as tx:
                pacing = await Pacing.of(tx, runtime, connection)
            await _Round(runtime, connection, pacing, result, now).run(
                everything=everything, due_only=due_only
            )
            await runtime.works(connection.id)
        except OrderBridgeError as error:
            log.warning("a poll was cut short", connection=connection.name, reason=str(error))
            result.error = str(error)
            if isinstance(error, ReconnectError):
                await runtime.broke(connection.id, error)
            else:
                await runtime.failed(connection.id, error)
    return result


async def poll_all(runtime: Runtime, *, everything: bool = False, due_only: bool = False) -> list[PollResult]:
    """Look at every connection, one of Act! only where a flow listens to it.

    Of a paused one the result only says so.
    """
    async with runtime.db.begin() as tx:
        every = await connections.every(tx)
    now, turns = runtime.clock.now(), asyncio.Semaphore(_AT_ONCE)

    async def one(item: Connection) -> PollResult:
        if item.state == connections.PAUSED:
            return PollResult(item.name, error=str(ConnectionPausedError(item)))
        async with turns:
            return await poll_connection(runtime, item, everything=everything, due_only=due_only, now=now)

    found = await asyncio.gather(*(one(item) for item in every), return_exceptions=True)
    for item in found:
        if isinstance(item, BaseException):
            raise item
    return [item for item in found if isinstance(item, PollResult) and (item.streams or item.error)]
