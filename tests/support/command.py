"""The command line in a process of its own, as a person or a script runs it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

from support import ready_interpreter
from support.patience import PATIENCE_S


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
    *arguments: str,
    environment: Mapping[str, str],
    stdin: str | None = None,
    timeout_s: float = PATIENCE_S,
    fork: bool = True,
) -> Ran:
    """Run ``orderbridge`` to its end.

    Args:
        arguments: Its own.
        environment: Its settings; of ours it gets what is no setting.
        stdin: What it reads.
        timeout_s: Seconds after which it is killed.
        fork: Whether it may be forked from a Python that has imported the product; False starts one anew.
    """
    whole = _whole(environment)
    ready = ready_interpreter.fitting(whole) if fork else None
    if ready is None:
        return await _started(arguments, environment, stdin, timeout_s)
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write((stdin or "").encode())
        given.seek(0)
        code = await ready.start(arguments, whole, (given, out, err)).wait(timeout_s)
        out.seek(0)
        err.seek(0)
        return Ran(code, out.read().decode(), err.read().decode())


async def _started(
    arguments: tuple[str, ...], environment: Mapping[str, str], stdin: str | None, timeout_s: float
) -> Ran:
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
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "orderbridge",
        *arguments,
        env=_whole(environment),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def _whole(environment: Mapping[str, str]) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ORDERBRIDGE_")}
    return clean | {"COLUMNS": "200"} | dict(environment)
