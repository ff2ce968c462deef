"""Send grouped messages when their window has ended: each at most once, and nothing is lost in silence."""

from __future__ import annotations

from datetime import timedelta

from orderbridge.core.errors import (
    FlowError,
    InDoubtError,
    OrderBridgeError,
    RejectedError,
    SetupError,
    TransientError,
)
from orderbridge.core.ids import random_id
from orderbridge.core.log import get
from orderbridge.engine import faults
from orderbridge.engine.runtime import Runtime
from orderbridge.notify.digests import body, heading
from orderbridge.notify.service import Service
from orderbridge.store import channels, digests
from orderbridge.store.database import Tx
from orderbridge.store.digests import OWN_PREFIX, Digest, Entry

log = get(__name__)

_AT_ONCE = 8
# Longer than a service is waited for: whoever still sends after that has died.
_ABANDONED_S = 120.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _MOST_ATTEMPTS = 60.0, 3600.0, 24


class DigestSender:
    """Sends what is due; any number of processes may do so at once."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime, self._db = runtime, runtime.db

    async def send_due(self) -> int:
        """Send every message whose window has ended; return how many were taken by their service."""
        now = self._runtime.clock.now()
        async with self._db.begin() as tx:
            for lost in await digests.abandoned(tx, before=now - timedelta(seconds=_ABANDONED_S)):
                await self._say_so(tx, lost, "the server stopped while it was sent")
        try:
            # They are messages of flows, and told late is better than told after somebody said stop.
            await self._runtime.brake.check()
        except TransientError:
            return 0
        sent = 0
        for _ in range(_AT_ONCE):
            # One by one: a message that waits here for the one before is not under way, and must not count as lost.
            async with self._db.begin() as tx:
                due = await digests.claim(tx, now=self._runtime.clock.now(), most=1)
            if not due:
                break
            faults.reach("digest.claimed")
            sent += await self._send(due[0])
        return sent

    async def _send(self, digest: Digest) -> bool:
        async with self._db.begin() as tx:
            entries = await digests.entries(tx, digest.id)
            name = await digests.channel_name(tx, digest.channel_id)
        try:
            async with self._runtime.brake.applied():
                await self._say(digest, entries, name)
        except TransientError as error:
            # Stopped, or not to be found out whether it may be sent: nothing left us.
            async with self._db.begin() as tx:
                until = self._runtime.clock.now() + timedelta(seconds=_FIRST_PAUSE_S)
                await digests.postpone(tx, digest.id, until=until, reason=str(error))
            return False
        except (RejectedError, FlowError, SetupError) as error:
            await self._not_taken(digest, error, gone=name is None)
            return False
        except InDoubtError as error:
            async with self._db.begin() as tx:
                await digests.settle(tx, digest.id, state=digests.UNKNOWN, reason=str(error))
                await self._say_so(tx, digest, "the service did not answer in time")
            return False
        faults.reach("digest.said")
        async with self._db.begin() as tx:
            await digests.settle(tx, digest.id, state=digests.SENT)
        return True

    async def _say(self, digest: Digest, entries: list[Entry], name: str | None) -> None:
        if name is None:
            raise SetupError("the channel was removed", cause="channel.missing")
        async with self._db.begin() as tx:
            channel = await channels.by_name(tx, self._runtime.box, name)
        service = Service(channel.url)
        await service.check(self._runtime.web)
        await service.say(heading(digest.title, entries), body(entries), digest.kind)

    async def _not_taken(self, digest: Digest, error: OrderBridgeError, *, gone: bool) -> None:
        pause_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** (digest.attempts - 1))
        log.warning("a grouped message was not taken", digest=digest.id, cause=error.cause)
        async with self._db.begin() as tx:
            if gone or digest.attempts >= _MOST_ATTEMPTS:
                await digests.settle(tx, digest.id, state=digests.DROPPED, reason=str(error))
                return
            until = self._runtime.clock.now() + timedelta(seconds=pause_s)
            await digests.postpone(tx, digest.id, until=until, reason=str(error))

    async def _say_so(self, tx: Tx, digest: Digest, why: str) -> None:
        """Let the next message under the key say that this one may be missing."""
        log.warning("whether a grouped message arrived is not known", digest=digest.id)
        entries = await digests.entries(tx, digest.id)
        if all(item.reference.startswith(OWN_PREFIX) for item in entries):
            # It only said that another one may be missing; saying so for ever helps nobody.
            return
        await digests.add(
            tx,
            random_id,
            channel_id=digest.channel_id,
            key=digest.key,
            title=digest.title,
            kind=digest.kind,
            due_at=self._runtime.clock.now(),
            entry=Entry(
                reference=f"{OWN_PREFIX}{digest.id}",
                line=f"An earlier message of {digest.due_at:%Y-%m-%d %H:%M} UTC with {len(entries)} lines may not "
                f"have arrived: {why}. 'orderbridge notify messages' lists them.",
            ),
        )
