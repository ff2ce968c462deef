"""Serving an ASGI application inside the running event loop: the product and the twins alike."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

from orderbridge.core.errors import SetupError

_START_DEADLINE_S = 20.0
# Below the ports that Linux, macOS and Windows give to outgoing connections.
_NOT_GIVEN_OUT = range(20_000, 30_000)


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


def free_port(host: str = "127.0.0.1") -> int:
    """Return a TCP port that nobody uses now, and that no outgoing connection takes before it is used."""
    for port in Random().sample(_NOT_GIVEN_OUT, len(_NOT_GIVEN_OUT)):  # noqa: S311 (nothing secret)
        try:
            return _usable_port(host, port)
        except SetupError:
            continue
    raise SetupError(f"no port of {host} is free", cause="port_taken")


def calm_collector() -> None:
    """Keep the garbage collector away from what is loaded for good; call it once everything is.

    Walked again and again, it held every request up for a tenth of a second, several times a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
