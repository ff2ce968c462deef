"""A place where messages to finance arrive: a real web server on this machine, reached through Apprise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from orderbridge.connectors.reach import Allowed
from orderbridge.core.ids import random_id
from support.world import World


@dataclass
class Finance:
    """What arrived.

    Attributes:
        status: What the service answers.
    """

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200

    @property
    def lines(self) -> list[str]:
        """Every line of every message."""
        return [line for item in self.messages for line in item["message"].splitlines()]


@asynccontextmanager
async def finance_channel(world: World, name: str = "finance") -> AsyncIterator[Finance]:
    """Receive what goes to a channel for the length of the block."""
    made = Finance()

    async def take(request: web.Request) -> web.Response:
        made.messages.append(await request.json())
        return web.Response(status=made.status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    runtime = world.application.runtime
    runtime.allowed = Allowed.parse("127.0.0.1")
    await runtime.notices.add(name, f"json://127.0.0.1:{made.port}/", random_id)
    try:
        yield made
    finally:
        await runner.cleanup()
