"""Serving the twins: an ASGI app in the running event loop, and both twins together as a sandbox."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

from orderbridge.core.clock import Clock
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act.app import create_act_app
from orderbridge.emulators.act.state import ActWorld
from orderbridge.emulators.ghl.app import create_ghl_app
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.seeds.act_world import seeded_act_world
from orderbridge.emulators.seeds.ghl_history import empty_ghl_world, seeded_ghl_world

_START_DEADLINE_S = 20.0


@asynccontextmanager
async def run_app(app: Any, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve an ASGI app in the running loop and yield its base URL.

    Args:
        app: The ASGI application.
        host: The address to listen on.
        port: 0 takes any free port.

    Raises:
        SetupError: The port is taken, or the server did not come up.
    """
    chosen = _usable_port(host, port)
    server = Server(
        app, address=host, port=chosen, interface=Interfaces.ASGI, log_enabled=False, backlog=2048
    )
    serving = asyncio.create_task(server.serve())
    try:
        await _accepting(serving, host=host, port=chosen)
        yield f"http://{host}:{chosen}"
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.gather(serving, return_exceptions=True)


def _usable_port(host: str, port: int) -> int:
    # The server would start on a taken port and share it silently, so the port is tried here first.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            # A port that a stopped server left in TIME_WAIT is free; on Windows the option means stealing.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = "is taken by another program" if error.errno == errno.EADDRINUSE else f"fails: {error}"
            raise SetupError(
                f"cannot listen on {host}:{port}: the port {reason}; choose another port", cause="port_taken"
            ) from error
        return int(probe.getsockname()[1])


async def _accepting(serving: asyncio.Task[None], *, host: str, port: int) -> None:
    deadline = asyncio.get_running_loop().time() + _START_DEADLINE_S
    while asyncio.get_running_loop().time() < deadline:
        if serving.done():
            raise SetupError(f"the server on {host}:{port} stopped while starting", cause="server_start")
        try:
            _reader, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.005)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise SetupError(
        f"the server on {host}:{port} did not accept within {_START_DEADLINE_S:.0f} s", cause="server_start"
    )


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Both twins, running.

    Attributes:
        ghl: The state of the HighLevel twin.
        act: The state of the Act! twin.
        details: Where they are and how to get in: what ``orderbridge sandbox --json`` prints.
    """

    ghl: GhlWorld
    act: ActWorld
    details: JsonObject


@asynccontextmanager
async def run_sandbox(
    *,
    ghl_port: int = 0,
    act_port: int = 0,
    webhook_url: str | None = None,
    seed: int = 7,
    clock: Clock,
    seeded: bool = True,
    custom_tables: bool = True,
) -> AsyncIterator[Sandbox]:
    """Serve both twins on loopback.

    Args:
        ghl_port: 0 takes any free port.
        act_port: 0 takes any free port.
        webhook_url: Where HighLevel's events go; None sends none. It can be set later on the twin.
        seed: Equal seeds give equal histories.
        clock: Where the time comes from.
        seeded: False begins with goods and people but nothing sold.
        custom_tables: Whether the Act! database has the custom tables from the start.

    Raises:
        SetupError: A port is taken.
    """
    build = seeded_ghl_world if seeded else empty_ghl_world
    ghl = build(seed=seed, clock=clock, webhook_url=webhook_url)
    act = seeded_act_world(seed=seed, clock=clock, custom_tables=custom_tables)
    try:
        async with (
            run_app(create_ghl_app(ghl), port=ghl_port) as ghl_url,
            run_app(create_act_app(act), port=act_port) as act_url,
        ):
            yield Sandbox(ghl, act, _details(ghl, act, ghl_url, act_url))
    finally:
        await ghl.close()


def _details(ghl: GhlWorld, act: ActWorld, ghl_url: str, act_url: str) -> JsonObject:
    return {
        "ghl_url": ghl_url,
        "act_url": f"{act_url}/act.web.api",
        "location_id": ghl.location_id,
        "company_id": ghl.company_id,
        "user_id": ghl.user_id,
        "pit_token": ghl.pit_token,
        "oauth_client_id": ghl.oauth_client_id,
        "oauth_client_secret": ghl.oauth_client_secret,
        "webhook_public_key_pem": ghl.webhooks.signer.public_key_pem,
        "act_database": act.database,
        "act_user": act.user,
        "act_password": act.password,
    }
