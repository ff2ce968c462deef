"""``/api/stream``: says that something changed, so that an open page asks anew; server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from orderbridge.api import problems
from orderbridge.api.guard import Guard
from orderbridge.core import jsonio
from orderbridge.engine.runtime import Runtime
from orderbridge.store import pulse

_LOOK_S = 1.0
# Proxies close a connection on which nothing comes.
_BEAT_LOOKS = 15
# A page begins anew by itself; nobody keeps reading with a session that has ended.
_LONGEST_LOOKS = 600


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the route.

    Args:
        runtime: The opened accounts.
        guard: Checked before anything is said.
    """
    routes = APIRouter(prefix="/api", dependencies=[Depends(guard)], tags=["pages"])

    @routes.get(
        "/stream",
        summary="Server-sent events: 'changed' with a position, as often as something changed, once a second at most",
        responses={401: problems.RESPONSE},
    )
    async def stream(request: Request) -> StreamingResponse:
        return StreamingResponse(
            _changes(runtime, request),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return routes


async def _changes(runtime: Runtime, request: Request) -> AsyncIterator[bytes]:
    last: dict[str, int | str | None] | None = None
    for number in range(_LONGEST_LOOKS):
        async with runtime.db.read() as tx:
            now = await pulse.taken(tx)
        if now != last:
            last = now
            yield b"event: changed\ndata: " + jsonio.encode(now) + b"\n\n"
        elif number % _BEAT_LOOKS == 0:
            yield b": still here\n\n"
        await asyncio.sleep(_LOOK_S)
        if await request.is_disconnected():
            return
