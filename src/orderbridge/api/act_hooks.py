"""Where Act!'s webhooks arrive: the token is checked, what they name is stored, then they are answered.

Act! gives up on a webhook after three refusals and tells nobody, so whatever carries the right token is stored and
answered well, also what cannot be read. Source: Act! Web API notes, section 10.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from orderbridge.accounts.act_deliveries import deliveries_of, unread
from orderbridge.accounts.act_webhook_round import monitors_of
from orderbridge.accounts.act_webhooks import WEBHOOKS
from orderbridge.connectors.act.webhooks import Monitor, carries_token, digest
from orderbridge.core import jsonio
from orderbridge.core.clock import Clock
from orderbridge.core.ids import IdSource, random_id
from orderbridge.core.log import get
from orderbridge.engine.inbox import Inbox
from orderbridge.engine.listening import Listening, listening
from orderbridge.store import connections, flows
from orderbridge.store.database import Database
from orderbridge.store.inbox import NewDelivery

log = get(__name__)

# A new registration is known to every process within this time.
_LIFE_S = 2.0
# What the token of an unknown connection is compared with, so that it takes as long as a known one's.
_NOBODY = digest("")


@dataclass(frozen=True, slots=True)
class Receiver:
    """A connection that has webhooks."""

    connection_id: str
    token_sha256: str = field(repr=False)
    monitors: dict[str, Monitor]


class ActHook:
    """``POST /hooks/act/{connection}/{monitor}``."""

    def __init__(
        self, *, inbox: Inbox, db: Database, clock: Clock, max_body_bytes: int, new_id: IdSource = random_id
    ) -> None:
        self._inbox, self._db, self._clock, self._new_id = inbox, db, clock, new_id
        self._max_body_bytes = max_body_bytes
        self._receivers: dict[str, Receiver] = {}
        self._fresh_until_s = float("-inf")

    async def __call__(self, request: Request) -> Response:
        """Answer 202 once everything that the callback names is on disk."""
        receiver = await self._receiver(str(request.path_params["connection"]))
        known = receiver.token_sha256 if receiver else _NOBODY
        if not carries_token(request.headers.get("authorization"), known) or receiver is None:
            log.warning("a call in the name of Act! was refused")
            return _say(401, "the Authorization header is not the token of a webhook that is registered here")
        monitor = receiver.monitors.get(str(request.path_params["monitor"]).lower())
        raw = await self._body(request)
        if monitor is None:
            new = [self._unread(receiver, None, "a webhook that is not registered any more", raw)]
        elif raw is None:
            new = [self._unread(receiver, monitor, "a callback that is too large to read", None)]
        else:
            new = deliveries_of(
                receiver.connection_id, monitor, raw, await self._listening(receiver), new_id=self._new_id
            )
        stored = await asyncio.gather(*(self._inbox.accept(delivery) for delivery in new))
        return _say(202, "accepted" if any(stored) else "accepted before")

    async def _listening(self, receiver: Receiver) -> Listening:
        # Looked up for every callback: they are few, and a flow may be new.
        async with self._db.read() as tx:
            return listening(await flows.enabled_for(tx, receiver.connection_id))

    def _unread(
        self, receiver: Receiver, monitor: Monitor | None, why: str, raw: bytes | None
    ) -> NewDelivery:
        return unread(receiver.connection_id, monitor, why, raw, new_id=self._new_id)

    async def _body(self, request: Request) -> bytes | None:
        chunks: list[bytes] = []
        size = 0
        # To its end in any case: a sender that is cut off takes that for a failure.
        async for chunk in request.stream():
            size += len(chunk)
            if size <= self._max_body_bytes:
                chunks.append(chunk)
        return b"".join(chunks) if size <= self._max_body_bytes else None

    async def _receiver(self, connection_id: str) -> Receiver | None:
        if self._clock.monotonic_s() >= self._fresh_until_s:
            async with self._db.read() as tx:
                every = await connections.every(tx)
            self._receivers = {
                item.id: Receiver(
                    item.id,
                    item.config[WEBHOOKS]["token_sha256"],
                    {monitor.slug: monitor for monitor in monitors_of(item.config[WEBHOOKS])},
                )
                for item in every
                if item.system == "act" and item.config.get(WEBHOOKS)
            }
            self._fresh_until_s = self._clock.monotonic_s() + _LIFE_S
        return self._receivers.get(connection_id)


def _say(status: int, message: str) -> Response:
    return Response(jsonio.encode({"message": message}), status_code=status, media_type="application/json")
