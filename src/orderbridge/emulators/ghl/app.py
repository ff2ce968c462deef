"""The HighLevel twin as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from orderbridge.core import jsonio
from orderbridge.emulators.ghl import controls, screens
from orderbridge.emulators.ghl.calls import Answer
from orderbridge.emulators.ghl.gateway import Dropped, Gateway
from orderbridge.emulators.ghl.routes import ALL_ROUTES
from orderbridge.emulators.ghl.routing import RouteTable
from orderbridge.emulators.ghl.state import GhlWorld

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def create_ghl_app(world: GhlWorld) -> FastAPI:
    """Build the twin of HighLevel's API over ``world``, with the controls under ``/_twin``."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await world.close()

    app = FastAPI(title="HighLevel twin", openapi_url=None, lifespan=lifespan)
    # One mounted application in place of a hundred decorated functions: the twin must see the exact bytes
    # and answer as HighLevel does, also where that is not what a framework would do.
    app.mount("/", _Endpoint(Gateway(world, RouteTable([*ALL_ROUTES, *controls.ROUTES, *screens.ROUTES]))))
    return app


class _Endpoint:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        try:
            answer = await self._gateway.answer(
                scope["method"],
                scope["path"],
                scope["query_string"].decode("latin-1"),
                headers,
                await _whole_body(receive),
            )
        except Dropped:
            await _break(send)
        else:
            await _send(answer, send)


async def _whole_body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _send(answer: Answer, send: Send) -> None:
    body = answer.body if isinstance(answer.body, bytes) else jsonio.encode(answer.body)
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", b"%d" % len(body)),
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _break(send: Send) -> None:
    # More is announced than comes, so the caller sees a broken answer and cannot know what was done.
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4096")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
