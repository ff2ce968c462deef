"""Somebody who is told things over HTTP and remembers them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


@asynccontextmanager
async def receiving(path: str) -> AsyncIterator[tuple[int, list[Any]]]:
    """Listen at ``/path`` of this machine; gives the port and the JSON messages that came, in order."""
    messages: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        messages.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post(f"/{path}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1], messages
    finally:
        await runner.cleanup()
