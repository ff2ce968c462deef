"""The kill switch as this process meets it: asked right before every sending, of all processes at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from orderbridge.connectors.permit import Permit, before_sending
from orderbridge.core.clock import Clock
from orderbridge.core.errors import TransientError
from orderbridge.core.log import get
from orderbridge.engine.queue import announce
from orderbridge.store import lanes, switches
from orderbridge.store.database import UNREACHABLE, Database, Tx
from orderbridge.store.switches import PAUSED_REASON, WRITES_PAUSED, WritesPausedError

log = get(__name__)

# How old the last look at the switch may be when something is sent: a fraction of the two seconds that are promised.
_FRESH_S = 0.5
_PAUSED_BY = "writes_paused_by"


@dataclass(frozen=True, slots=True)
class Paused:
    """All writes are paused.

    Attributes:
        by: Who did it; None where that was not kept.
        at: When; None where that was not kept.
    """

    by: str | None
    at: datetime | None


class Brake:
    """Tells whether writes are paused; between two looks at the database it remembers for a moment.

    There is no task that could die and no message that could get lost: whoever is about to send asks. Where the
    database does not answer nothing is sent, because nobody can know then what a person has decided meanwhile.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._looking = asyncio.Lock()
        self._looked_s: float | None = None
        self._paused = False

    async def check(self) -> None:
        """Do nothing, unless a person paused all writes.

        Raises:
            WritesPausedError: They are paused.
            TransientError: It cannot be found out now.
        """
        while not self._is_fresh():
            async with self._looking:
                if not self._is_fresh():
                    await self._look()
        if self._paused:
            raise WritesPausedError

    def permit(self, still_ours: Callable[[], None]) -> Permit:
        """Join the question with the one whether the work is still ours."""

        async def ask() -> None:
            await self.check()
            still_ours()

        return ask

    @asynccontextmanager
    async def applied(self) -> AsyncIterator[None]:
        """Ask before every sending within the block, where no write of a run is being proved."""
        await self.check()
        token = before_sending.set(self.check)
        try:
            yield
        finally:
            before_sending.reset(token)

    def _is_fresh(self) -> bool:
        return self._looked_s is not None and self._clock.monotonic_s() - self._looked_s < _FRESH_S

    async def _look(self) -> None:
        # The time before the question: an answer that took long is an old one, and asked for again.
        asked_s = self._clock.monotonic_s()
        try:
            async with self._db.read() as tx:
                self._paused = bool(await switches.read(tx, WRITES_PAUSED))
        except UNREACHABLE as error:
            raise TransientError(
                "the database does not say whether writes are paused, so nothing was sent; it is tried again by "
                "itself",
                cause="pause.unknown",
            ) from error
        self._looked_s = asked_s


async def pause(tx: Tx, *, by: str | None = None, at: datetime | None = None) -> bool:
    """Stop all writes of every process; False when they were paused before, and who did that is still named.

    Args:
        tx: The transaction.
        by: Who pauses.
        at: When.
    """
    before = await switches.read(tx, WRITES_PAUSED)
    await switches.write(tx, WRITES_PAUSED, True)
    if not before:
        since = at.isoformat(timespec="seconds") if at else None
        await switches.write(tx, _PAUSED_BY, {"by": by, "at": since})
    log.warning("all writes are paused")
    return not before


async def standing(tx: Tx) -> Paused | None:
    """Return who paused all writes and when, None where they are not paused."""
    if not await switches.read(tx, WRITES_PAUSED):
        return None
    told = await switches.read(tx, _PAUSED_BY) or {}
    at = told.get("at")
    return Paused(told.get("by"), datetime.fromisoformat(at) if at else None)


async def resume(tx: Tx) -> bool:
    """Let writes go on, and wake what waited for it; False when they were not paused."""
    before = await switches.read(tx, WRITES_PAUSED)
    await switches.write(tx, WRITES_PAUSED, False)
    await announce(tx, await lanes.wake_waiting_for(tx, PAUSED_REASON))
    log.info("writes go on")
    return bool(before)
