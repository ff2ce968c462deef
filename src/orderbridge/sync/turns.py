"""When each connection is polled: rounds at its own pace, which no other connection holds up."""

from __future__ import annotations

import asyncio

from orderbridge.core.log import get
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections, flows
from orderbridge.store.connections import Connection
from orderbridge.sync.pacing import paces_of
from orderbridge.sync.poll import poll_connection

log = get(__name__)

# A new connection or another pace is taken up within this time.
_NOTICED_S = 2.0
_AT_ONCE = 8


async def keep(runtime: Runtime) -> None:
    """Poll every connection as its plan says; runs until cancelled."""
    turns = Turns(runtime)
    async with asyncio.TaskGroup() as group:
        while True:
            wait_s = await turns.begin(group)
            await asyncio.sleep(wait_s)


class Turns:
    """Whose round comes when, as one process knows it: a restart begins with everybody.

    What is looked at in a round is what is due by the marks in the database, so that a round that comes too early
    costs no call.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._next_s: dict[str, float] = {}
        self._running: set[str] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def begin(self, group: asyncio.TaskGroup) -> float:
        """Begin the rounds whose time has come; returns seconds until the next may."""
        try:
            async with self._runtime.db.read() as tx:
                every = await connections.every(tx)
                listened = {item.source_connection for item in await flows.enabled(tx)}
        except Exception:
            log.exception("a round of polling failed")
            return self._runtime.poll_interval_s
        now_s = self._runtime.clock.monotonic_s()
        waits = [_NOTICED_S]
        for item in every:
            # Read before a flow listens, history would pass unheard: the first poll that it meets carries it over.
            if item.id not in listened or item.state == connections.PAUSED or item.id in self._running:
                continue
            next_s = self._next_s.get(item.id, now_s)
            if now_s >= next_s:
                # From beginning to beginning: what a round takes is not added to what is promised.
                round_s = paces_of(item, recent_s=self._runtime.poll_interval_s).recent_s
                self._next_s[item.id] = next_s = max(next_s + round_s, now_s)
                self._running.add(item.id)
                group.create_task(self._round(item))
            waits.append(next_s - now_s)
        return max(0.01, min(waits))

    async def _round(self, connection: Connection) -> None:
        try:
            async with self._slots:
                await poll_connection(self._runtime, connection, due_only=True)
        except Exception:
            log.exception("a round of polling failed", connection=connection.name)
        finally:
            self._running.discard(connection.id)
