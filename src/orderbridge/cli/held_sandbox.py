"""The sandbox that the server holds: both twins in its own process, started and ended from the web app."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from orderbridge.api.sandbox import SandboxConnections, SandboxShown
from orderbridge.cli import sandbox_accounts
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections, flows, health, switches
from orderbridge.store.database import Tx

if TYPE_CHECKING:
    from orderbridge.emulators.server import Sandbox

_SWITCH = "sandbox"
_FIRST_SEED = 7
_STOPPED = "a person ended the sandbox; what was in its made-up accounts is gone"
_SERVER_ENDED = (
    "the sandbox ended with the server, which was stopped; what was in its made-up accounts is gone"
)
# The twins answer as fast as this machine can: what is tried here is not the waiting for a budget.
_NO_LIMIT = 1_000_000


class HeldSandbox:
    """At most one sandbox. Its accounts live in memory, so that each one ends with the process that holds it.

    What was remembered is which connections are the last one's: a new one gets another seed, and with it accounts of
    its own, because what was proved about the old ones is true of them only.

    Attributes:
        own_url: Where this process serves, for HighLevel's webhooks; known only once it does.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._one_at_a_time = asyncio.Lock()
        self._open: AsyncExitStack | None = None
        self._running: Sandbox | None = None
        self.own_url: str | None = None

    async def settle(self) -> None:
        """Take note that a sandbox of an earlier process has ended; called before anything works."""
        async with self._runtime.db.begin() as tx:
            last = await _remembered(tx)
            if last is not None and last["ended"] is None:
                await _end(tx, last, _SERVER_ENDED)

    async def close(self) -> None:
        """End the accounts with this process; the next one notes it."""
        async with self._one_at_a_time:
            await self._close()

    async def state(self) -> SandboxShown:
        """How it is now."""
        async with self._runtime.db.read() as tx:
            last = await _remembered(tx)
            names = None if last is None else await _names(tx, last)
            why_not = await _why_not(tx)
        running = self._running is not None
        return SandboxShown(
            running=running,
            connections=names,
            ended=None if running or last is None else last["ended"],
            can_start=not running and why_not is None,
            why_not="it runs already" if running else why_not,
        )

    async def start(self) -> SandboxShown:
        """Make both accounts and connect them; where they run already, nothing is done.

        Raises:
            SetupError: A live account is connected.
        """
        async with self._one_at_a_time:
            if self._running is None:
                async with self._runtime.db.read() as tx:
                    last, why_not = await _remembered(tx), await _why_not(tx)
                if why_not is not None:
                    raise SetupError(why_not, cause="sandbox.live")
                await self._start(_FIRST_SEED if last is None else last["seed"] + 1)
        return await self.state()

    async def _start(self, seed: int) -> None:
        # Here and not above: a server without a sandbox needs no stand-ins, and loading them takes its time.
        from orderbridge.emulators.server import run_sandbox

        async with AsyncExitStack() as opened:
            hook = f"{self.own_url}/hooks/ghl" if self.own_url else None
            while True:
                stack = AsyncExitStack()
                made = await stack.enter_async_context(
                    run_sandbox(seed=seed, clock=self._runtime.clock, webhook_url=hook, custom_tables=False)
                )
                opened.push_async_exit(stack)
                if await self._is_new(made.details):
                    break
                # Somebody has connected 'orderbridge sandbox' with the same seed.
                await stack.aclose()
                seed += 1
            made.ghl.faults.set("rate_burst", _NO_LIMIT)
            made.act.faults.set("rate_limit_per_minute", _NO_LIMIT)
            ghl, act = await self._free_names()
            first, second = await sandbox_accounts.connect(
                self._runtime, made.details, ghl=ghl, act=act, limits={"calls": _NO_LIMIT}
            )
            async with self._runtime.db.begin() as tx:
                kept = {"seed": seed, "highlevel": first, "act": second, "ended": None}
                await switches.write(tx, _SWITCH, kept)
            self._running, self._open = made, opened.pop_all()

    async def order(self) -> str:
        """Let a customer order something in HighLevel; returns the order's id.

        Raises:
            SetupError: It does not run.
        """
        if self._running is None:
            raise SetupError(
                "the sandbox does not run; start it with 'Try without accounts' on the set-up page",
                cause="sandbox.not_running",
            )
        from orderbridge.emulators.ghl.sales import sell

        world = self._running.ghl
        sale = sell(world, currency="USD", outcome="paid")
        world.webhooks.submit(sale.events)
        return str(sale.order["_id"])

    async def stop(self) -> SandboxShown:
        """End both accounts; their connections stay, paused, and their flows are off."""
        async with self._one_at_a_time:
            async with self._runtime.db.begin() as tx:
                last = await _remembered(tx)
                if last is not None and last["ended"] is None:
                    await _end(tx, last, _STOPPED)
            await self._close()
        return await self.state()

    async def _close(self) -> None:
        opened, self._open, self._running = self._open, None, None
        if opened is not None:
            await opened.aclose()

    async def _is_new(self, details: JsonObject) -> bool:
        async with self._runtime.db.read() as tx:
            return await connections.of_account(tx, "ghl", details["location_id"]) is None

    async def _free_names(self) -> tuple[str, str]:
        async with self._runtime.db.read() as tx:
            taken = {item.name for item in await connections.every(tx)}
        number = 1
        while True:
            suffix = "" if number == 1 else f"-{number}"
            names = f"sandbox-highlevel{suffix}", f"sandbox-act{suffix}"
            if not taken.intersection(names):
                return names
            number += 1


async def _remembered(tx: Tx) -> JsonObject | None:
    last: JsonObject | None = await switches.read(tx, _SWITCH)
    return last


async def _names(tx: Tx, last: JsonObject) -> SandboxConnections | None:
    by_id = {item.id: item.name for item in await connections.every(tx)}
    names = by_id.get(last["highlevel"]), by_id.get(last["act"])
    if names[0] is None or names[1] is None:
        return None
    return SandboxConnections(highlevel=names[0], act=names[1])


async def _why_not(tx: Tx) -> str | None:
    live = [item.name for item in await connections.every(tx) if item.mode == "live"]
    if not live:
        return None
    return (
        f"the live account {live[0]} is connected here, and made-up accounts are not mixed with live ones; try them "
        "on an installation of their own ('orderbridge demo')"
    )


async def _end(tx: Tx, last: JsonObject, why: str) -> None:
    ours = {last["highlevel"], last["act"]}
    for item in await flows.enabled(tx):
        if ours.intersection((item.source_connection, item.target_connection)):
            await flows.set_enabled(tx, item.name, enabled=False)
    for connection_id in ours:
        await health.pause(tx, connection_id, why)
    await switches.write(tx, _SWITCH, last | {"ended": why})
