"""Commands in this process, on the database of a world: faster than a process for each."""

from __future__ import annotations

import asyncio

from click.testing import Result
from typer.testing import CliRunner

from orderbridge.cli.main import app
from orderbridge.core import log
from orderbridge.core.errors import OrderBridgeError
from support.world import World


class Commands:
    """The command line in this process: on a thread, because a command has an event loop of its own."""

    def __init__(self, world: World) -> None:
        self.environment = world.environment

    async def __call__(self, *arguments: str) -> Result:
        try:
            return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=self.environment)
        finally:
            # The command logged into what was caught of its output, which is closed by now.
            log.configure(level="error")

    async def ok(self, *arguments: str) -> str:
        ran = await self(*arguments)
        assert ran.exit_code == 0, (arguments, ran.output, ran.exception)
        return ran.stdout

    async def refused(self, *arguments: str) -> str:
        ran = await self(*arguments)
        assert isinstance(ran.exception, OrderBridgeError), (arguments, ran.output)
        return str(ran.exception)
