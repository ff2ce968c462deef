"""The product as a process of its own, to be stopped the hard way."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from support.patience import PATIENCE_S


class WorkerProcess:
    """``orderbridge serve`` in a process of its own; its messages go into a file."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path, *, said_before: int) -> None:
        self._process = process
        self._log = log
        self._said_before = said_before

    @classmethod
    async def start(
        cls, environment: Mapping[str, str], log: Path, *, role: str = "worker", fault: str | None = None
    ) -> WorkerProcess:
        """Start one.

        Args:
            environment: The product's settings.
            log: Messages are added to its end.
            role: As for ``serve``.
            fault: ``point:count`` of ``engine.faults``, where it shall end itself.
        """
        said_before = log.stat().st_size if log.exists() else 0
        with log.open("ab") as messages:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "orderbridge",
                "serve",
                "--role",
                role,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=messages,
                stderr=messages,
                env=os.environ | dict(environment) | ({"ORDERBRIDGE_FAULT": fault} if fault else {}),
            )
        return cls(process, log, said_before=said_before)

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.returncode is None

    async def ready(self) -> None:
        """Wait until it says that it works, or has ended."""
        await self.said("stop it with")

    async def said(self, words: str) -> None:
        """Wait until it has said ``words``, or has ended."""
        for _ in range(int(PATIENCE_S / 0.05)):
            if not self.running or words.encode() in self._log.read_bytes()[self._said_before :]:
                return
            await asyncio.sleep(0.05)

    async def ended(self, *, within_s: float = PATIENCE_S) -> bool:
        """Wait for it to end by itself; False when it did not."""
        try:
            await asyncio.wait_for(self._process.wait(), within_s)
        except TimeoutError:
            return False
        return True

    async def kill(self) -> None:
        """Stop it with SIGKILL."""
        if self.running:
            self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """Stop it as a person or a service manager does, and wait until it has ended."""
        if self.running:
            self._process.terminate()
        await self._process.wait()

    def freeze(self) -> None:
        """Stop it from running until ``thaw``."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run on."""
        self._process.send_signal(signal.SIGCONT)

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL ended it, by others or by its own fault point."""
        return self._process.returncode == -signal.SIGKILL

    def messages(self) -> str:
        """Return the last of what was written."""
        return self._log.read_text(errors="replace")[-3000:]
