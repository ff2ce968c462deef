"""``POST /hooks/in/{path}``: other programs start a flow. Stored durably before they hear yes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from orderbridge.api import bodies
from orderbridge.catalogue.own_events import INBOUND
from orderbridge.connectors.fields import wire_time
from orderbridge.core import jsonio
from orderbridge.core.clock import Clock
from orderbridge.core.ids import derived_id, random_id
from orderbridge.engine.inbox import Inbox
from orderbridge.engine.own_events import happened
from orderbridge.store import hook_paths
from orderbridge.store.database import Database

# Anybody on the internet may try; what a flow needs is small.
MAX_BODY_BYTES = 1024 * 1024
_ONCE = "idempotency-key"


class InboundHook:
    """Takes what other programs send to a flow's own address."""

    def __init__(self, *, inbox: Inbox, db: Database, clock: Clock) -> None:
        self._inbox, self._db, self._clock = inbox, db, clock

    async def __call__(self, request: Request) -> Response:
        """Answer 202 once it is on disk; an address that there is none of is 404, whatever was sent."""
        async with self._db.read() as tx:
            flow = await hook_paths.find(tx, str(request.path_params["path"]))
        if flow is None:
            return _say(404, "there is nothing at this address")
        raw = await bodies.whole(request, most=MAX_BODY_BYTES)
        if raw is None:
            return _say(413, f"a body may have {MAX_BODY_BYTES} bytes")
        try:
            body = jsonio.decode(raw)
        except ValueError:
            return _say(400, "the body is not JSON")
        key = request.headers.get(_ONCE)
        occurrence = random_id() if key is None else derived_id("inbound", key)
        state = {"body": body, "received_at": wire_time(self._clock.now())}
        new = await self._inbox.accept(happened(flow, INBOUND, occurrence, state))
        return _say(202, "accepted" if new else "accepted before")


def _say(status: int, message: str) -> Response:
    return Response(jsonio.encode({"message": message}), status_code=status, media_type="application/json")
