"""A small world for tests: both twins, a fresh database, and the product connected to them in this process.

In a test::

    async def test_something(world):
        sold = await world.sell(3)
        await world.poll()
        await world.work_until_idle()
        assert not (await world.truth()).lost

The fixtures ``world`` (nothing sold yet) and ``make_world`` (a world of one's own making) come from
tests/conftest.py.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from orderbridge import __version__
from orderbridge.accounts.connecting import add_connection
from orderbridge.api.app import create_api
from orderbridge.app import Application, open_application
from orderbridge.automation import replaying
from orderbridge.automation.enabling import enable
from orderbridge.cli.demo.truth import Truth, compare
from orderbridge.cli.held_sandbox import HeldSandbox
from orderbridge.core import jsonio, log
from orderbridge.core.clock import Clock, SystemClock
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.serving import run_app
from orderbridge.emulators.server import Sandbox, run_sandbox
from orderbridge.engine.dispatch import Dispatcher
from orderbridge.engine.health import ConnectionPausedError
from orderbridge.settings import Settings
from orderbridge.store import lanes, migrate
from orderbridge.sync import poll
from support.patience import PATIENCE_S
from support.postgres import ScratchPostgres

TEMPLATE = "orders-to-opportunities"
GHL, ACT = "highlevel", "act"
LOOK_S = 0.03
# The twins answer as fast as this machine can: what is tested here is not the waiting for a budget.
_NO_LIMITS: dict[str, JsonObject] = {
    "ghl": {"rate_burst": 1_000_000},
    "act": {"rate_limit_per_minute": 1_000_000},
}


@dataclass(kw_only=True)
class World:
    """Both twins and the product.

    Attributes:
        connections: Our name of each connection (``highlevel``, ``act``) → its id.
        settings: What the product was opened with; ``environment`` gives another process the same.
        made_up: The sandbox that the served product holds; None where nothing is served.
    """

    sandbox: Sandbox
    application: Application
    http: aiohttp.ClientSession
    settings: Settings
    connections: dict[str, str] = field(default_factory=dict)
    made_up: HeldSandbox | None = None

    @property
    def ghl_url(self) -> str:
        """Address of the HighLevel twin."""
        return str(self.sandbox.details["ghl_url"])

    @property
    def act_url(self) -> str:
        """Address of the Act! twin's Web API, up to and with ``/act.web.api``."""
        return str(self.sandbox.details["act_url"])

    @property
    def db(self) -> Any:
        """The product's database."""
        return self.application.db

    @property
    def environment(self) -> dict[str, str]:
        """What makes another process work on the same database."""
        assert self.settings.database_url is not None
        return {
            "ORDERBRIDGE_DATABASE_URL": self.settings.database_url,
            "ORDERBRIDGE_DATA_DIR": str(self.settings.data_dir),
        }

    async def control(self, side: str, path: str, body: JsonObject | None = None) -> Any:
        """Use a twin's controls, ``side`` being ``ghl`` or ``act``: GET without a body, else POST."""
        root = self.ghl_url if side == "ghl" else self.act_url.removesuffix("/act.web.api")
        method, data = ("GET", None) if body is None else ("POST", jsonio.encode(body))
        headers = {"Content-Type": "application/json"}
        async with self.http.request(method, f"{root}/_twin/{path}", data=data, headers=headers) as answer:
            raw = await answer.read()
            assert answer.status < 300, f"{side} twin, {path}: {answer.status} {raw[:300]!r}"
            return jsonio.decode(raw)

    async def sell(self, count: int = 1, **options: Any) -> Any:
        """Sell orders in HighLevel; returns the ids of what came about.

        Webhooks are sent only with ``webhooks=True``, and only while ``hooks()`` is open.
        """
        return await self.control("ghl", "orders", {"count": count, "webhooks": False} | options)

    async def raw_order(self, **body: Any) -> str:
        """Put an order into HighLevel exactly as given; returns its id."""
        return str((await self.control("ghl", "raw_order", {"webhooks": False} | body))["order"])

    async def webhooks_arrived(self) -> None:
        """Wait until HighLevel has delivered every webhook, or lost it."""
        await self.control("ghl", "webhooks/flush", {"timeout_s": PATIENCE_S})

    async def faults(self, side: str, **switches: Any) -> None:
        """Move switches of a twin."""
        await self.control(side, "faults", switches)

    async def poll(self) -> list[poll.PollResult]:
        """Look at the whole history of HighLevel once."""
        return await poll.poll_all(self.application.runtime, everything=True)

    @asynccontextmanager
    async def hooks(self, *, port: int = 0) -> AsyncIterator[str]:
        """Serve the product's HTTP side, and send the twin's webhooks there, for the length of the block."""
        made_up = self.made_up = HeldSandbox(self.application.runtime)
        api = create_api(
            self.application,
            max_body_bytes=self.settings.webhook_max_body_bytes,
            rsa_legacy=self.settings.webhook_rsa_legacy,
            version=__version__,
            public_url=self.settings.public_url,
            made_up=made_up,
        )
        async with run_app(api, port=port) as url:
            made_up.own_url = url
            await self.control("ghl", "webhooks/url", {"url": f"{url}/hooks/ghl"})
            try:
                yield url
            finally:
                await self.webhooks_arrived()
                await self.control("ghl", "webhooks/url", {"url": None})
                await made_up.close()

    def dispatcher(self, *, retry_scale: float = 0.05) -> Dispatcher:
        """Make a worker loop with short waits."""
        return Dispatcher(
            self.application.runtime,
            concurrency=self.settings.worker_concurrency,
            heartbeat_s=self.settings.heartbeat_s,
            sweep_interval_s=self.settings.sweep_interval_s,
            rng=self.application.runtime.rng,
            retry_scale=retry_scale,
        )

    @asynccontextmanager
    async def working(self, *, retry_scale: float = 0.05) -> AsyncIterator[Dispatcher]:
        """Run a worker in this process for the length of the block."""
        dispatcher = self.dispatcher(retry_scale=retry_scale)
        task = asyncio.create_task(dispatcher.run())
        try:
            yield dispatcher
        finally:
            dispatcher.stop()
            await asyncio.wait_for(task, PATIENCE_S)

    async def work_until_idle(self, *, timeout_s: float = PATIENCE_S) -> None:
        """Work in this process until no lane has anything left to do."""
        async with self.working():
            await self.idle(timeout_s=timeout_s)

    async def work_until(
        self, condition: Callable[[], Awaitable[bool]], *, timeout_s: float = PATIENCE_S
    ) -> None:
        """Work in this process until ``condition`` holds: for lanes that will not come to rest."""
        async with self.working():
            await until(condition, timeout_s=timeout_s)

    async def idle(self, *, timeout_s: float = PATIENCE_S) -> None:
        """Wait until whoever works has nothing left to do."""

        async def nothing_left() -> bool:
            async with self.db.read() as tx:
                return await lanes.open_count(tx) == 0

        try:
            await until(nothing_left, timeout_s=timeout_s)
        except TimeoutError:
            stuck = await self.db.pool.fetch(
                "SELECT key, owner, attempts, lease_until, retry_at, now(), reason FROM lanes WHERE queued"
            )
            raise AssertionError(
                f"{len(stuck)} lanes stay open: {[dict(row) for row in stuck[:3]]}"
            ) from None

    async def replay(self, cause: str | None = None) -> int:
        """Try again what needed a person, as ``orderbridge dead-letters replay`` does; returns how many."""
        begun = await replaying.start(self.application.runtime, cause=cause, by="a test")
        return (await replaying.report(self.application.runtime, begun)).taken

    async def truth(self) -> Truth:
        """Count both twins over HTTP: what is lost, what is there twice, and the totals of both sides."""
        return compare(await self.control("ghl", "truth"), await self.control("act", "truth"))

    async def ghl_truth(self, *only: str) -> Any:
        """Everything in HighLevel, or the named parts of it."""
        return await self.control("ghl", f"truth?only={','.join(only)}" if only else "truth")

    async def act_truth(self, *only: str) -> Any:
        """Everything in Act!, or the named parts of it."""
        return await self.control("act", f"truth?only={','.join(only)}" if only else "truth")

    async def pause_is_met(self, name: str) -> bool:
        """Whether this process has noticed by itself that a connection is paused, which takes it a moment."""
        try:
            await self.application.runtime.usable(self.connections[name])
        except ConnectionPausedError:
            return True
        return False

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Ask the product's database."""
        return [dict(row) for row in await self.db.pool.fetch(statement, *values)]


async def until(condition: Callable[[], Awaitable[bool]], *, timeout_s: float = PATIENCE_S) -> None:
    """Wait until ``condition`` holds.

    Raises:
        TimeoutError: It did not within ``timeout_s``.
    """
    deadline_s = time.monotonic() + timeout_s
    while not await _holds(condition):
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"not within {timeout_s} s")
        await asyncio.sleep(LOOK_S)


async def _holds(condition: Callable[[], Awaitable[bool]]) -> bool:
    # A look that a busy database answers too late says nothing yet.
    try:
        return await condition()
    except TimeoutError:
        return False


@asynccontextmanager
async def open_world(
    database_url: str,
    folder: Path,
    *,
    clock: Clock | None = None,
    seeded: bool = False,
    custom_tables: bool = True,
    act_config: JsonObject | None = None,
    flows: Sequence[str] | Mapping[str, JsonObject] = (TEMPLATE,),
    connected: bool = True,
    **settings: Any,
) -> AsyncIterator[World]:
    """Start twins and product, connect them, and enable flows.

    Args:
        database_url: A database with the newest schema.
        folder: The product's data folder.
        clock: The product's clock; the twins always run on the machine's.
        seeded: Whether HighLevel has sixty days of history; False begins with goods and people only.
        custom_tables: Whether the Act! database has the custom tables.
        act_config: Further settings of the Act! connection.
        flows: Templates to enable, perhaps with their settings; what they need in Act! is created.
        connected: False leaves the product as it is when it was just installed, without connections and flows.
        settings: Settings of the product; its waits are short unless given.
    """
    short: dict[str, Any] = {
        "lane_lease_s": 5,
        "heartbeat_s": 1,
        "sweep_interval_s": 0.2,
        "write_settle_s": 0.1,
        "write_timeout_s": 5,
    }
    log.configure(level="error")
    chosen = Settings(data_dir=folder, database_url=database_url, **(short | settings))
    async with (
        run_sandbox(clock=SystemClock(), seeded=seeded, custom_tables=custom_tables) as sandbox,
        open_application(chosen, clock=clock) as application,
        aiohttp.ClientSession() as http,
    ):
        world = World(sandbox=sandbox, application=application, http=http, settings=chosen)
        for side, switches in _NO_LIMITS.items():
            await world.faults(side, **switches)
        if not connected:
            yield world
            return
        details = sandbox.details
        shown = await add_connection(
            application.runtime,
            name=GHL,
            system="ghl",
            mode="sandbox",
            account=details["location_id"],
            config={
                "base_url": details["ghl_url"],
                "location_id": details["location_id"],
                "webhook_key_pem": details["webhook_public_key_pem"],
                "limits": {"calls": 1_000_000},
            },
            secret={"token": details["pit_token"]},
        )
        world.connections[GHL] = shown["id"]
        shown = await add_connection(
            application.runtime,
            name=ACT,
            system="act",
            mode="sandbox",
            account=f"{details['act_url']}#{details['act_database']}",
            config={
                "base_url": details["act_url"],
                "database": details["act_database"],
                "user": details["act_user"],
                "currency": "USD",
            }
            | dict(act_config or {}),
            secret={"password": details["act_password"]},
        )
        world.connections[ACT] = shown["id"]
        for name in flows:
            settings = flows[name] if isinstance(flows, Mapping) else None
            await enable(application.runtime, name, ghl=GHL, act=ACT, create_fields=True, settings=settings)
        yield world


MakeWorld = Callable[..., Any]


@pytest.fixture
def make_world(scratch_postgres: ScratchPostgres, tmp_path: Path) -> MakeWorld:
    """Open a world of one's own making: ``async with make_world(seeded=True) as world``."""

    @asynccontextmanager
    async def make(**options: Any) -> AsyncIterator[World]:
        url = await scratch_postgres.fresh_database(migrate.upgrade)
        try:
            async with open_world(url, tmp_path / "data", **options) as world:
                yield world
        finally:
            await scratch_postgres.drop(url)

    return make


@pytest.fixture
async def world(make_world: MakeWorld) -> AsyncIterator[World]:
    """A world in which nothing was sold yet."""
    async with make_world() as opened:
        yield opened
