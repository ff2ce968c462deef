"""A lane for one call by hand: held while the call works, free again soon after its process died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from orderbridge.core.log import get
from orderbridge.engine.runtime import Runtime
from orderbridge.store import lanes
from orderbridge.store.lanes import Lane, LaneLostError

log = get(__name__)

_LEASE_S = 60.0


@dataclass(slots=True)
class OwnLane:
    """A lane that this call holds."""

    lane: Lane
    runtime: Runtime
    deadline_s: float

    def still_ours(self) -> None:
        """Raise where the lease ran out: a process that was frozen must not go on sending.

        Raises:
            LaneLostError: Somebody else may make the same call by now.
        """
        # What is sent now must have arrived over there before the next holder may look for it.
        if self.runtime.clock.monotonic_s() >= self.deadline_s - self.runtime.settle_s:
            raise LaneLostError(f"the lease of the call {self.lane.key} ran out", cause="lane.lost")

    async def keep(self) -> None:
        """Renew the lease until cancelled."""
        while True:
            await asyncio.sleep(_LEASE_S / 4)
            asked_s = self.runtime.clock.monotonic_s()
            try:
                async with self.runtime.db.begin() as tx:
                    kept = await lanes.renew(tx, [self.lane], lease_s=_LEASE_S)
            except Exception:
                # The database may be restarting; a lease that runs out meanwhile is noticed before anything is sent.
                log.exception("the lease of a call could not be renewed")
                continue
            if self.lane.key in kept:
                self.deadline_s = asked_s + _LEASE_S


@asynccontextmanager
async def own_lane(runtime: Runtime, key: str, *, connection_id: str, owner: str) -> AsyncIterator[OwnLane]:
    """Hold a lane of one's own for the length of the block.

    Raises:
        LaneLostError: The very same call is under way.
    """
    started_s = runtime.clock.monotonic_s()
    async with runtime.db.begin() as tx:
        lane = await lanes.open_own(tx, key, connection_id=connection_id, owner=owner, lease_s=_LEASE_S)
    held = OwnLane(lane, runtime, started_s + _LEASE_S)
    keeping = asyncio.create_task(held.keep())
    try:
        yield held
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        async with runtime.db.begin() as tx:
            await lanes.discard(tx, lane)
