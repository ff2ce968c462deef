"""The twin as an application: the emulated API under its base path, and its controls beside it."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from orderbridge.emulators.act import twin
from orderbridge.emulators.act.answers import Answer
from orderbridge.emulators.act.routing import Request
from orderbridge.emulators.act.server import BASE, Server
from orderbridge.emulators.act.state import ActWorld

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class _BrokenResponse(Response):
    """An answer that stops in the middle, so that the client sees a broken connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": [(b"content-length", b"4096"), (b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def create_act_app(world: ActWorld) -> FastAPI:
    """Return the twin of ``world`` as an ASGI application."""
    app = FastAPI(title="Act! twin", openapi_url=None, docs_url=None, redoc_url=None)
    server = Server(world)

    async def endpoint(http: HttpRequest) -> Response:
        path: str = http.scope["path"]
        if not path.lower().startswith(f"{BASE}/"):
            return Response(b"", 404)
        request = Request(
            http.method,
            path[len(BASE) :],
            http.scope["query_string"].decode("latin-1"),
            {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in http.scope["headers"]
            },
            await http.body(),
        )
        latency_s = server.latency_s(request)
        if latency_s:
            await asyncio.sleep(latency_s)
        return await _sent(server.answer(request))

    twin.add(app, server)
    app.add_route("/{path:path}", endpoint, methods=_METHODS)
    return app


async def _sent(answer: Answer) -> Response:
    if answer.drop:
        await asyncio.sleep(answer.hang_s)
        return _BrokenResponse(status_code=answer.status)
    return Response(answer.body, answer.status, answer.headers, answer.content_type)
