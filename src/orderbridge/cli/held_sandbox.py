"""The sandbox that the server holds: both twins in its own process, started and ended from the web app."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from orderbridge.api.sandbox import SandboxConnections, SandboxShown
from orderbridge.cli import sandbox_accounts, sandbox_customer
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.engine.runtime import Runtime
from orderbridge.store import claims, connections, sandboxes
from orderbridge.store.database import Tx
from orderbridge.store.sandboxes import LastSandbox

if TYPE_CHECKING:
    from orderbridge.emulators.server import Sandbox

log = get(__name__)

_FIRST_SEED = 7
_STOPPED = "a person ended the sandbox; what was in its made-up accounts is gone"
_SERVER_ENDED = (
    "the sandbox ended with the server, which was stopped; what was in its made-up accounts is gone"
)
# The twins answer as fast as this machine can: what is tried here is not the waiting for a budget.
_NO_LIMIT = 1_000_000
_LOOK_S = 2.0
# Another process that was told to end its sandbox notices it with its next look.
_ENDING_S = 15.0


class HeldSandbox:
    """At most one sandbox on a database, whichever process holds it.

    Its accounts live in memory, so that each one ends with the process that holds it. A new one gets another seed, and
    with it accounts of its own, because what was proved about the old ones is true of them only.

    Attributes:
        own_url: Where this process serves, for HighLevel's webhooks; known only once it does.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._one_at_a_time = asyncio.Lock()
        self._open: AsyncExitStack | None = None
        self._ours: frozenset[str] | None = None
        self.own_url: str | None = None

    async def keep(self) -> None:
        """Look again and again how it stands; runs until cancelled."""
        while True:
            try:
                await self.settle()
            except Exception:
                log.exception("how the sandbox stands could not be looked at")
            await asyncio.sleep(_LOOK_S)

    async def settle(self) -> None:
        """Note the end of a sandbox that no process holds any more, and end ours where another process was told to."""
        async with self._one_at_a_time:
            async with self._runtime.db.begin() as tx:
                last = await sandboxes.last(tx, to_change=True)
                alive = await sandboxes.lives(tx, last)
                if self._ours is None and last is not None and last.ended is None and not alive:
                    await sandboxes.end(tx, _SERVER_ENDED)
            if self._ours is not None and (last is None or last.ended is not None or last.ids != self._ours):
                await self._close()

    async def close(self) -> None:
        """End the accounts with this process."""
        async with self._one_at_a_time:
            if self._ours is not None:
                try:
                    await self._note_end(_SERVER_ENDED)
                finally:
                    await self._close()

    async def state(self) -> SandboxShown:
        """How it is now."""
        async with self._runtime.db.read() as tx:
            last = await sandboxes.last(tx)
            running = await self._runs(tx, last)
            names = None if last is None else await _names(tx, last)
            why_not = await _why_not(tx)
        return SandboxShown(
            running=running,
            connections=names,
            ended=None if running or last is None else last.ended or _SERVER_ENDED,
            can_start=not running and why_not is None,
            why_not="it runs already" if running else why_not,
        )

    async def start(self) -> SandboxShown:
        """Make both accounts and connect them; where they run already, here or elsewhere, nothing is done.

        Raises:
            SetupError: A live account is connected, or the last sandbox is being ended still.
        """
        async with self._one_at_a_time:
            async with self._runtime.db.read() as tx:
                running = await self._runs(tx, await sandboxes.last(tx))
                why_not = await _why_not(tx)
            if not running:
                if why_not is not None:
                    raise SetupError(why_not, cause="sandbox.live")
                await self._start()
        return await self.state()

    async def _start(self) -> None:
        async with AsyncExitStack() as opened:
            if not await self._is_ours_to_start(opened):
                return
            # One that crashed a moment ago was noted by nobody yet.
            await self._note_end(_SERVER_ENDED)
            async with self._runtime.db.read() as tx:
                last = await sandboxes.last(tx)
            seed, made = await self._made(opened, _FIRST_SEED if last is None else last.seed + 1)
            made.ghl.faults.set("rate_burst", _NO_LIMIT)
            made.act.faults.set("rate_limit_per_minute", _NO_LIMIT)
            ghl, act = await self._free_names()
            first, second = await sandbox_accounts.connect(
                self._runtime, made.details, ghl=ghl, act=act, limits={"calls": _NO_LIMIT}
            )
            async with self._runtime.db.begin() as tx:
                await sandboxes.keep(tx, seed=seed, highlevel=first, act=second)
            self._ours, self._open = frozenset((first, second)), opened.pop_all()

    async def _is_ours_to_start(self, opened: AsyncExitStack) -> bool:
        """Claim it for as long as ``opened`` is; False where another process runs one by now."""
        for _ in range(int(_ENDING_S / 0.25)):
            stack = AsyncExitStack()
            if await stack.enter_async_context(claims.claimed(self._runtime.db, sandboxes.CLAIM)):
                opened.push_async_exit(stack)
                return True
            await stack.aclose()
            async with self._runtime.db.read() as tx:
                if await sandboxes.lives(tx, await sandboxes.last(tx)):
                    return False
            await asyncio.sleep(0.25)
        raise SetupError(
            "another process of this installation is starting a sandbox, or ending one; look again in a moment",
            cause="sandbox.busy",
        )

    async def _made(self, opened: AsyncExitStack, seed: int) -> tuple[int, Sandbox]:
        # Here and not above: a server without a sandbox needs no stand-ins, and loading them takes its time.
        from orderbridge.emulators.server import run_sandbox

        hook = f"{self.own_url}/hooks/ghl" if self.own_url else None
        while True:
            stack = AsyncExitStack()
            made = await stack.enter_async_context(
                run_sandbox(seed=seed, clock=self._runtime.clock, webhook_url=hook, custom_tables=False)
            )
            opened.push_async_exit(stack)
            if await self._is_new(made.details):
                return seed, made
            # Somebody has connected 'orderbridge sandbox' with the same seed.
            await stack.aclose()
            seed += 1

    async def order(self) -> str:
        """Let a customer order something in HighLevel; returns the order's id.

        Raises:
            SetupError: It does not run, or does not answer.
        """
        async with self._runtime.db.read() as tx:
            last = await sandboxes.last(tx)
            if last is None or not await self._runs(tx, last):
                raise SetupError(
                    "the sandbox does not run; start it with 'Try without accounts' on the set-up page",
                    cause="sandbox.not_running",
                )
            shop = await connections.by_id(tx, last.highlevel)
        return await sandbox_customer.order(str(shop.config["base_url"]))

    async def stop(self) -> SandboxShown:
        """End both accounts; their connections stay, paused, and their flows are off.

        Where another process holds them, it ends them with its next look.
        """
        async with self._one_at_a_time:
            await self._note_end(_STOPPED)
            await self._close()
        return await self.state()

    async def _runs(self, tx: Tx, last: LastSandbox | None) -> bool:
        # Ours runs also where the database was away for longer than a claim lasts.
        return (
            last is not None
            and last.ended is None
            and (last.ids == self._ours or await sandboxes.lives(tx, last))
        )

    async def _note_end(self, why: str) -> None:
        async with self._runtime.db.begin() as tx:
            await sandboxes.end(tx, why)

    async def _close(self) -> None:
        opened, self._open, self._ours = self._open, None, None
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


async def _names(tx: Tx, last: LastSandbox) -> SandboxConnections | None:
    by_id = {item.id: item.name for item in await connections.every(tx)}
    names = by_id.get(last.highlevel), by_id.get(last.act)
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
