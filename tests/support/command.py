"""The command line in a process of its own, as a person or a script runs it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


async def orderbridge(
    *arguments: str, environment: Mapping[str, str], stdin: str | None = None, timeout_s: float = 60.0
) -> Ran:
    """Run ``orderbridge`` to its end."""
    process = await start(*arguments, environment=environment)
    try:
        async with asyncio.timeout(timeout_s):
            out, err = await process.communicate((stdin or "").encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Ran(process.returncode, out.decode(), err.decode())


async def start(*arguments: str, environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start ``orderbridge`` and leave it running."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ORDERBRIDGE_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "orderbridge",
        *arguments,
        env=clean | {"COLUMNS": "200"} | dict(environment),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
