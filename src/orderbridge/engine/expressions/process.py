"""One process that computes expressions, as seen from here: fed, watched, and ended when it goes too far."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import psutil

from orderbridge.core import jsonio, platform
from orderbridge.engine.expressions.frames import LENGTH_BYTES, Answer, framed, length_of

# Enough to keep it busy while an answer is on its way; few, since they wait for one that takes long.
MOST_AT_ONCE = 4
# A busy or sleeping machine is no fault of an expression: its own computing time counts, up to this many deadlines.
_PATIENCE = 10
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from orderbridge.engine.expressions import child; child.main(int(sys.argv[2]), float(sys.argv[3]))"  # noqa: E501


class Ended(Enum):
    """Why a process came to its end."""

    BY_ITSELF = auto()
    TOO_SLOW = auto()
    TOO_LARGE = auto()


@dataclass(slots=True, eq=False)
class Job:
    """One evaluation.

    Attributes:
        body: The request.
        tries: How many processes ended over it without a word.
        outcome: The answer, as the process gave it.
    """

    body: bytes
    outcome: asyncio.Future[list[Any]]
    tries: int = 0

    def settle(self, answer: list[Any]) -> None:
        """Hand the answer over, unless nobody waits for it any more."""
        if not self.outcome.done():
            self.outcome.set_result(answer)


@dataclass(slots=True, eq=False, kw_only=True)
class Child:
    """A process that computes.

    Attributes:
        answered: Called after each answer, with the job it belongs to.
        in_flight: What it was given, in order; it works on the first.
        served: How many it has answered.
        ended_over: What it was at when it was ended.
    """

    deadline_s: float
    memory_bytes: int
    answered: Callable[[Child, Job, list[Any]], None]
    in_flight: deque[Job] = field(default_factory=deque)
    served: int = 0
    ready: bool = False
    ended: Ended = Ended.BY_ITSELF
    ended_over: Job | None = None
    last_words: str = ""
    _process: asyncio.subprocess.Process | None = None
    _system: psutil.Process | None = None
    _unwanted: bool = False
    _own_bytes: int = 0
    _since_s: float = 0.0
    _cpu_s: float | None = None

    async def live(self, on_ready: Callable[[], None]) -> None:
        """Start it and read its answers until it ends.

        Raises:
            OSError: It cannot be started.
        """
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-c",
            _START,
            jsonio.encode([path or os.getcwd() for path in sys.path]).decode(),
            str(self.memory_bytes),
            str(2 * _PATIENCE * self.deadline_s + 60),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=platform.bare_environment(),
            **platform.detached(),
        )
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            with suppress(psutil.Error):
                self._system = psutil.Process(process.pid)
            if self._unwanted:
                self.kill()
            while True:
                head = await process.stdout.readexactly(LENGTH_BYTES)
                body = await process.stdout.readexactly(length_of(head))
                self._heard(body, on_ready)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.ready = False
            self.kill()
            if process.stdin is not None:
                process.stdin.close()
            self.last_words = (await process.stderr.read()).decode(errors="replace").strip()
            await process.wait()

    def _heard(self, body: bytes, on_ready: Callable[[], None]) -> None:
        answer = self._decoded(body)
        if answer[0] == Answer.READY:
            with suppress(psutil.Error):
                if self._system is not None:
                    self._own_bytes = self._system.memory_info().rss
            self.ready = True
            on_ready()
            return
        job = self.in_flight.popleft()
        self._begin_next()
        self.answered(self, job, answer)
        self.served += 1

    @staticmethod
    def _decoded(body: bytes) -> list[Any]:
        try:
            answer: list[Any] = jsonio.decode(body)
        except ValueError:
            return [Answer.PROBLEM, "gives a result that is nested too deeply", "nested_too_deeply", None]
        return answer

    def give(self, job: Job) -> None:
        """Let it compute one more."""
        assert self._process is not None
        assert self._process.stdin is not None
        self.in_flight.append(job)
        if len(self.in_flight) == 1:
            self._begin_next()
        # Without waiting: a process that takes nothing in is busy, and what it was given is bounded.
        self._process.stdin.write(framed(job.body))

    def _begin_next(self) -> None:
        self._since_s = asyncio.get_running_loop().time()
        self._cpu_s = None

    def look(self) -> None:
        """Look how long it has computed, and how much memory it has, and end it if that is too much."""
        if not self.in_flight or self._system is None or self.ended is not Ended.BY_ITSELF:
            return
        waited_s = asyncio.get_running_loop().time() - self._since_s
        try:
            taken = self._system.memory_info().rss - self._own_bytes
            cpu = self._system.cpu_times()
        except psutil.Error:
            return
        computed_s = cpu.user + cpu.system
        if self._cpu_s is None:
            # The first look comes soon after the beginning; what was computed before it is let off.
            self._cpu_s = computed_s
        if taken > self.memory_bytes:
            self._end(Ended.TOO_LARGE)
        elif waited_s > self.deadline_s and (
            computed_s - self._cpu_s >= self.deadline_s or waited_s > _PATIENCE * self.deadline_s
        ):
            self._end(Ended.TOO_SLOW)

    def _end(self, why: Ended) -> None:
        self.ended, self.ended_over = why, self.in_flight[0]
        self.kill()

    def kill(self) -> None:
        """End it at once, also where it is still being started."""
        self._unwanted = True
        # Not through asyncio, which would reap an ended process before its own watcher can.
        if self._system is not None:
            with suppress(psutil.Error):
                self._system.kill()
