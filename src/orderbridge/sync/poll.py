"""Polling: find what no webhook says, in every list that somebody listens to."""

from __future__ import annotations

from dataclasses import dataclass, field

from orderbridge.core.errors import OrderBridgeError, ReconnectError, RejectedError
from orderbridge.core.log import get
from orderbridge.engine.health import ConnectionPausedError
from orderbridge.engine.listening import Listening, listening
from orderbridge.engine.runtime import Runtime
from orderbridge.store import claims, connections, flows, looks
from orderbridge.store.connections import Connection
from orderbridge.sync import act_streams, ghl_streams
from orderbridge.sync.streams import Stream, StreamResult, look

log = get(__name__)

_POLL_LEASE_S = 600.0


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


def streams_of(system: str, wanted: Listening) -> list[Stream]:
    """Return the lists to look at: those that flows listen to, and those that are looked at always."""
    every = ghl_streams.STREAMS if system == "ghl" else act_streams.streams(wanted)
    return [item for item in every if item.listened is None or item.listened in wanted.kinds]


async def poll_connection(
    runtime: Runtime, connection: Connection, *, everything: bool = False
) -> PollResult:
    """Look at every stream of a connection once.

    Args:
        runtime: The opened accounts.
        connection: Whose lists.
        everything: Look at the whole history, not only at what is recent, and find what was deleted.
    """
    result = PollResult(connection.name)
    async with runtime.db.begin() as tx:
        wanted = listening(await flows.enabled_for(tx, connection.id))
    streams = streams_of(connection.system, wanted)
    async with runtime.db.begin() as tx:
        await looks.keep_only(tx, connection.id, [stream.name for stream in streams])
    if not streams:
        return result
    async with claims.claim(runtime.db, [f"poll/{connection.id}"], lease_s=_POLL_LEASE_S, rng=runtime.rng):
        try:
            for stream in streams:
                try:
                    found = await look(runtime, connection, stream, wanted, everything=everything)
                except RejectedError as error:
                    # A build without this list, or a table that is gone: the others are looked at all the same.
                    log.warning(
                        "a list cannot be read",
                        connection=connection.name,
                        stream=stream.name,
                        reason=str(error),
                    )
                    result.error = f"{result.error}; {error}" if result.error else str(error)
                    await _note(runtime, connection, stream, error)
                    continue
                except OrderBridgeError as error:
                    await _note(runtime, connection, stream, error)
                    raise
                if found is not None:
                    result.streams.append(found)
                    await _note(runtime, connection, stream, None)
            await runtime.works(connection.id)
        except OrderBridgeError as error:
            log.warning("a poll was cut short", connection=connection.name, reason=str(error))
            result.error = str(error)
            if isinstance(error, ReconnectError):
                await runtime.broke(connection.id, error)
            else:
                await runtime.failed(connection.id, error)
    return result


async def _note(
    runtime: Runtime, connection: Connection, stream: Stream, error: OrderBridgeError | None
) -> None:
    said = str(error) if error is not None else None
    async with runtime.db.begin() as tx:
        await looks.note(
            tx, connection.id, stream.name, every_s=stream.every_s, error=said, now=runtime.clock.now()
        )


async def poll_all(runtime: Runtime, *, everything: bool = False) -> list[PollResult]:
    """Look at every connection, one of Act! only where a flow listens to it.

    Of a paused one the result only says so.
    """
    async with runtime.db.begin() as tx:
        every = await connections.every(tx)
    found = [
        PollResult(item.name, error=str(ConnectionPausedError(item)))
        if item.state == connections.PAUSED
        else await poll_connection(runtime, item, everything=everything)
        for item in every
    ]
    return [item for item in found if item.streams or item.error]
