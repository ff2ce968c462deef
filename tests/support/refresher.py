"""A process of its own that uses a pair of tokens: many callers at once, told when to begin on stdin.

Run as a script it waits; ``Refresher`` is its other end, in the test.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orderbridge.app import open_application
from orderbridge.core import log
from orderbridge.core.errors import OrderBridgeError
from orderbridge.settings import load_settings
from support.patience import PATIENCE_S


class Refresher:
    """The test's end of such a process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(
        cls,
        environment: Mapping[str, str],
        holder: str,
        *,
        location: str,
        callers: int,
        kind: str = "location",
    ) -> Refresher:
        """Start one and wait until it could begin.

        Args:
            environment: The product's settings.
            holder: Id of the connection, or of the agency.
            location: Which location is read.
            callers: How many calls at once.
            kind: ``location`` or ``agency``: whose pair.
        """
        # Python looks beside the file that it runs, where 'support' cannot be found by its name.
        paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, kind, holder, location, str(callers),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env=os.environ | dict(environment) | {"PYTHONPATH": paths},
        )  # fmt: skip
        assert process.stdout
        assert await asyncio.wait_for(process.stdout.readline(), PATIENCE_S) == b"ready\n"
        return cls(process)

    def begin(self) -> None:
        """Let all its callers call."""
        assert self._process.stdin
        self._process.stdin.write(b"go\n")

    async def kill(self) -> None:
        """End it without any chance to clean up."""
        self._process.kill()
        await self._process.wait()

    async def results(self) -> list[dict[str, Any]]:
        """Wait for its end and return what each caller got."""
        out, _ = await asyncio.wait_for(self._process.communicate(), PATIENCE_S)
        found: list[dict[str, Any]] = json.loads(out)
        return found


async def _main(kind: str, holder: str, location: str, callers: int) -> None:
    log.configure(level="error")
    async with open_application(load_settings(), pool_size=4) as application:
        runtime = application.runtime

        async def call() -> dict[str, Any]:
            try:
                if kind == "agency":
                    found = await (await runtime.sign_in.agency(holder)).location(location)
                    return {"location": found and found.location_id}
                return {"location": (await (await runtime.ghl(holder)).location()).id}
            except OrderBridgeError as error:
                return {"cause": error.cause}

        # Opened before the signal, so that the callers meet at the token and not at the database.
        await (runtime.sign_in.agency(holder) if kind == "agency" else runtime.ghl(holder))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        results = await asyncio.gather(*(call() for _ in range(callers)))
    print(json.dumps(results), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
