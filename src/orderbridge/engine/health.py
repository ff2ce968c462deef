"""What this process learns about its connections: noted when it tells something new, not with every call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from orderbridge.connectors.base import Answer, Authenticator, Budget, BudgetState
from orderbridge.core.clock import Clock
from orderbridge.core.errors import (
    InDoubtError,
    OrderBridgeError,
    RateLimitedError,
    ReconnectError,
    TransientError,
)
from orderbridge.core.log import get
from orderbridge.store import connections, health
from orderbridge.store.connections import Connection
from orderbridge.store.database import Database

log = get(__name__)

_NOTED_EVERY_S = 30.0
# What a provider or the way to it did; other transient errors are of our own making, such as a pause.
_TROUBLES = ("http.", "ghl.", "act.")


class ConnectionPausedError(TransientError):
    """A person paused the connection; what needs it waits and goes on after the resume.

    Attributes:
        connection_id: Of the paused one, which need not be the one that a lane belongs to.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(
            f"connection {connection.name!r} is paused; "
            f"'orderbridge connections resume {connection.name}' lets it go on",
            cause="connection.paused",
        )
        self.connection_id = connection.id


class Health:
    """The connections as this process meets them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._noted_s: dict[str, float] = {}

    def working(self, connection_id: str) -> bool:
        """Tell whether an account let us in lately."""
        return connection_id in self._noted_s

    async def works(self, connection_id: str) -> None:
        """Note that an account answered; the database is told every half minute, and when it was not well."""
        now_s, noted_s = self._clock.monotonic_s(), self._noted_s.get(connection_id)
        if noted_s is not None and now_s - noted_s < _NOTED_EVERY_S:
            return
        self._noted_s[connection_id] = now_s
        async with self._db.begin() as tx:
            recovered_from = await health.succeeded(tx, connection_id, first=noted_s is None)
        if recovered_from:
            log.info("a connection works again", connection_id=connection_id, was=recovered_from)

    async def broke(self, connection_id: str, error: ReconnectError) -> None:
        """Note that an account does not let us in; logged once, not with every call."""
        self._noted_s.pop(connection_id, None)
        async with self._db.begin() as tx:
            changed = await connections.set_state(tx, connection_id, connections.RECONNECT, str(error))
        if changed:
            log.error("a connection has to be reconnected", connection_id=connection_id, reason=str(error))

    async def failed(self, connection_id: str, error: OrderBridgeError) -> None:
        """Count that an account could not be reached; several in a row make it degraded, logged once."""
        if not _is_trouble(error):
            return
        self._noted_s.pop(connection_id, None)
        async with self._db.begin() as tx:
            changed = await health.failed(tx, connection_id, str(error))
        if changed:
            log.warning("a connection is degraded", connection_id=connection_id, reason=str(error))


def _is_trouble(error: OrderBridgeError) -> bool:
    return (
        isinstance(error, TransientError)
        and not isinstance(error, RateLimitedError)
        and (isinstance(error, InDoubtError) or error.cause.startswith(_TROUBLES))
    )


class GatedBudget:
    """A budget that grants nothing while its connection is paused: no call is made at all."""

    def __init__(self, inner: Budget, check: Callable[[], Awaitable[None]]) -> None:
        self._inner, self._check = inner, check

    async def acquire(self, *, calls: int = 1, urgent: bool = True) -> None:
        """Wait for permits.

        Raises:
            ConnectionPausedError: A person paused the connection.
        """
        await self._check()
        await self._inner.acquire(calls=calls, urgent=urgent)
        try:
            # It may have been paused while this call waited its turn.
            await self._check()
        except ConnectionPausedError:
            await self._inner.observe({}, 0)
            raise

    async def observe(self, headers: Mapping[str, str], status: int) -> None:
        """Learn from an answer."""
        await self._inner.observe(headers, status)

    def state(self) -> BudgetState:
        """Return what is known now."""
        return self._inner.state()


class GatedAuthenticator:
    """Credentials that are not renewed while their connection is paused: that would be a call, too."""

    def __init__(self, inner: Authenticator, check: Callable[[], Awaitable[None]]) -> None:
        self._inner, self._check = inner, check

    async def headers(self) -> dict[str, str]:
        """Return the headers that prove who we are.

        Raises:
            ConnectionPausedError: A person paused the connection.
        """
        await self._check()
        return await self._inner.headers()

    async def on_unauthorised(self, answer: Answer) -> bool:
        """React to a 401.

        Raises:
            ConnectionPausedError: A person paused the connection.
        """
        await self._check()
        return await self._inner.on_unauthorised(answer)
