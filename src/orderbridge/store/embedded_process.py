"""Run PostgreSQL's programs, and tell its processes from strangers that got their numbers."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from orderbridge.core import platform

_POLL_S = 0.02
_END_GRACE_S = 10.0
_PROGRAMS = ("postgres", "initdb", "pg_ctl")


@dataclass(frozen=True, slots=True)
class Completed:
    """How a program ended.

    Attributes:
        code: Its exit code; 0 is success.
        output: What it wrote, or a sentence where it wrote nothing.
    """

    code: int
    output: str

    @property
    def reason(self) -> str:
        """Why it failed: what its first line about an error says, else its last line."""
        found = re.search(r"(?:error|FATAL|PANIC): +(.+)", self.output)
        return (found[1] if found else self.output.splitlines()[-1]).strip()


async def run_program(
    program: Path,
    *arguments: str,
    account: platform.Account | None = None,
    folder: Path | None = None,
    environment: dict[str, str] | None = None,
    waiting: Callable[[], None] = lambda: None,
) -> Completed:
    """Run a program to its end, on any event loop; it is killed when the caller is cancelled.

    Args:
        program: Its file.
        arguments: Its arguments; never a password, since everyone on the machine can read them.
        account: Whom it runs as; None means as ourselves.
        folder: Its working directory, which it must be able to enter.
        environment: Variables to add to the few that it gets.
        waiting: Called again and again until it ends.
    """
    # A file and no pipe: the server that pg_ctl starts inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile(dir=folder) as output:
        process = subprocess.Popen(  # noqa: ASYNC220, S603
            [str(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=platform.bare_environment() | {"LC_ALL": "C"} | (environment or {}),
            **(platform.as_account(account) | platform.detached()),
        )
        try:
            while process.poll() is None:
                waiting()
                await asyncio.sleep(_POLL_S)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        output.seek(0)
        text = output.read().decode(errors="replace").strip()
    code = process.returncode
    return Completed(code, text or f"{program.stem} ended with code {code}")


async def to_the_end(work: Callable[..., None], *arguments: object) -> None:
    """Do blocking work in a thread; a cancelled caller still waits for it.

    The start-up lock is let go when the caller ends, and by then nobody may be at the files any more.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def same_place(one: str | Path, other: str | Path) -> bool:
    """Tell whether two paths name one folder, whatever links lead there."""
    return os.path.realpath(one) == os.path.realpath(other)


def is_server(pid: int, cluster: Path) -> bool:
    """Tell whether ``pid`` is a PostgreSQL process on ``cluster``, and not a stranger with that number."""
    try:
        place = _working_folder(psutil.Process(pid))
    except psutil.Error:
        return False
    return place is not None and same_place(place, cluster)


def leftovers(home: Path) -> list[psutil.Process]:
    """All processes of PostgreSQL that are at work in ``home``, an unfinished ``initdb`` among them."""
    found = []
    for process in psutil.process_iter():
        place = _working_folder(process)
        if place is not None and Path(os.path.realpath(home)) in (Path(place), *Path(place).parents):
            found.append(process)
    return found


def _working_folder(process: psutil.Process) -> str | None:
    """Where a program of PostgreSQL works; None for anything else.

    A server's processes work in its cluster, whatever they were started as, and the other programs in
    the home, where we start them.
    """
    try:
        if not process.name().startswith(_PROGRAMS) or process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process.cwd()
    except psutil.Error:
        # Gone, or another user's: ours can always be read.
        return None


def end_all(processes: list[psutil.Process]) -> None:
    """End ``processes``: politely, then at once. What they were writing, recovery completes or undoes."""
    for process in processes:
        _quietly(process.terminate)
    _gone, alive = psutil.wait_procs(processes, timeout=_END_GRACE_S)
    for process in alive:
        _quietly(process.kill)
    psutil.wait_procs(alive, timeout=_END_GRACE_S)


def _quietly(act: Callable[[], None]) -> None:
    with suppress(psutil.NoSuchProcess):
        act()
