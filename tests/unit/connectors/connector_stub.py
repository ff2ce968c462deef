from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappop, heappush

from aiohttp import web

from orderbridge.connectors.base import Token
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.clock import ManualClock


@dataclass
class Reply:
    """What the stub answers next; ``drop`` closes the connection after reading the request instead."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    drop: bool = False


@dataclass
class Seen:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Stub:
    """A server on loopback that answers from a list and keeps what it was sent."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.seen: list[Seen] = []
        self.answer: Callable[[Seen], Reply] | None = None
        self.url = ""

    def will(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        seen = Seen(
            request.method,
            request.path,
            dict(request.query),
            dict(request.headers),
            await request.read(),
        )
        self.seen.append(seen)
        reply = self.answer(seen) if self.answer else self.replies.pop(0)
        if reply.drop:
            assert request.transport is not None
            request.transport.abort()
        headers = reply.headers | {"Content-Type": reply.content_type}
        return web.Response(status=reply.status, body=reply.body, headers=headers)


@asynccontextmanager
async def serving() -> AsyncIterator[Stub]:
    stub = Stub()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", stub.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        await runner.cleanup()


class MovingClock(ManualClock):
    """A clock that sleepers move, so that no test waits: whoever wakes first sets the time."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._mover: asyncio.Task[None] | None = None

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        woken = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self.monotonic_s() + seconds, len(self.slept), woken))
        if self._mover is None or self._mover.done():
            self._mover = asyncio.create_task(self._move())
        await woken

    async def _move(self) -> None:
        while self._sleepers:
            # Everybody who can go on does so before the time moves.
            for _ in range(10):
                await asyncio.sleep(0)
            at_s, _, woken = heappop(self._sleepers)
            self.advance(max(0.0, at_s - self.monotonic_s()))
            if not woken.done():
                woken.set_result(None)


class MemoryTokenStore:
    """Keeps the pair in memory; one store object stands for the database that all processes share."""

    def __init__(self, token: Token | None = None) -> None:
        self.token = token
        self.saves: list[Token] = []
        self._lock = asyncio.Lock()

    async def load(self) -> Token | None:
        return self.token

    async def save(self, token: Token, *, replaces: int | None) -> bool:
        if (self.token.version if self.token else None) != replaces:
            return False
        self.token = token
        self.saves.append(token)
        return True

    @asynccontextmanager
    async def refreshing(self) -> AsyncIterator[None]:
        async with self._lock:
            yield


def free_budget(clock: ManualClock) -> WindowBudget:
    return WindowBudget(connection_id="c", clock=clock, limit=None)
