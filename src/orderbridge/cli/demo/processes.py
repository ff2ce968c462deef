"""The demo's other processes: the sandbox and the server, the same commands that people run."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject

_STOP_S = 15.0
_TAIL_LINES = 8


@asynccontextmanager
async def command(
    *arguments: str, log: Path, environment: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``orderbridge …`` for the length of the block; its messages go into ``log``."""
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "orderbridge",
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=os.environ | dict(environment),
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_S)
            except TimeoutError:
                process.kill()
                await process.wait()


async def first_object(
    process: asyncio.subprocess.Process, *, log: Path, what: str, within_s: float
) -> JsonObject:
    """Read the JSON object that a process prints first.

    Raises:
        SetupError: It ended or stayed silent; the message carries its last lines.
    """
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), within_s)
        value: JsonObject = jsonio.decode(line)
    except (TimeoutError, ValueError) as error:
        raise SetupError(f"{what} did not start: {tail(log)}", cause="demo.start") from error
    return value


def tail(log: Path) -> str:
    """Return the last lines of a log."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return " | ".join(lines[-_TAIL_LINES:]) or "it said nothing"
