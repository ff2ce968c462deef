"""Computing expressions: a process or two, started when first needed, replaced when one has to be ended."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from orderbridge.core import jsonio
from orderbridge.core.errors import OrderBridgeError, SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.core.places import MISSING
from orderbridge.engine.expressions.frames import LARGEST_BYTES, Answer
from orderbridge.engine.expressions.process import MOST_AT_ONCE, Child, Ended, Job
from orderbridge.flows.expressions.problems import flow_error

log = get(__name__)

_LOOK_S = 0.02
# A process that ends without a word may have been ended by somebody else; twice over one expression is no chance.
_MOST_TRIES = 2
_MOST_STARTS = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far one expression may go.

    Attributes:
        deadline_s: Seconds of computing.
        memory_mb: Megabytes on top of what the empty process has.
        processes: How many processes compute at most.
    """

    deadline_s: float = 1.0
    memory_mb: int = 64
    processes: int = 2


class Expressions:
    """Computes expressions for one event loop.

    One that goes too far is ended alone: whatever waits behind it goes to another process.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._children: dict[Child, asyncio.Task[None]] = {}
        self._waiting: deque[Job] = deque()
        self._looking: asyncio.Task[None] | None = None
        self._failed_starts = 0
        self._closed = False

    async def evaluate(self, text: str, scope: JsonObject, *, now: datetime) -> Any:
        """Compute ``text``.

        Args:
            text: The expression.
            scope: What it can read; anything that JSON can hold.
            now: What ``$now`` says.

        Returns:
            JSON with exact numbers, or ``MISSING`` where the expression gives nothing.

        Raises:
            FlowError: It is wrong, or takes too much time or memory.
            SetupError: The process that computes cannot be started.
        """
        if not isinstance(text, str):
            raise flow_error(str(text), "is not a text", "syntax")
        try:
            body = jsonio.encode(
                {"text": text, "scope": scope, "now_ms": (now - _EPOCH) // timedelta(milliseconds=1)}
            )
        except (UnicodeEncodeError, msgspec.MsgspecError, TypeError, RecursionError) as error:
            raise flow_error(
                text, "or the record that it is for cannot be written as JSON", "no_json"
            ) from error
        if len(body) > LARGEST_BYTES:
            raise flow_error(text, f"is given more than {LARGEST_BYTES >> 20} MB", "too_large")
        job = Job(body, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        self._feed()
        return self._result(text, await job.outcome)

    def _result(self, text: str, answer: list[Any]) -> Any:
        match answer:
            case [Answer.VALUE, value]:
                return value
            case [Answer.MISSING]:
                return MISSING
            case [Answer.PROBLEM, reason, cause, position]:
                raise flow_error(text, reason, cause, position)
            case [Answer.TOO_LARGE]:
                raise flow_error(text, f"needs more than {self._limits.memory_mb} MB of memory", "too_large")
            case [Ended.TOO_SLOW]:
                raise flow_error(text, f"takes longer than {self._limits.deadline_s:g} s", "too_slow")
            case [OrderBridgeError() as error]:
                raise error
            case _:
                raise flow_error(text, "ends the process that computes it", "crashed")

    def _feed(self) -> None:
        """Give out what waits, evenly; start another process where all are busy."""
        if self._closed:
            self._give_up(SetupError("the server is stopping", cause="setup.expressions"))
            return
        ready = [child for child in self._children if child.ready and child.ended is Ended.BY_ITSELF]
        while self._waiting and ready:
            child = min(ready, key=lambda one: len(one.in_flight))
            if len(child.in_flight) >= MOST_AT_ONCE:
                break
            job = self._waiting.popleft()
            if not job.outcome.done():
                child.give(job)
        starting = len(self._children) - len(ready)
        if self._waiting and not starting and len(self._children) < self._limits.processes:
            self._start()
        if self._looking is None and any(child.in_flight for child in self._children):
            self._looking = asyncio.create_task(self._look())

    def _start(self) -> None:
        child = Child(
            deadline_s=self._limits.deadline_s,
            memory_bytes=self._limits.memory_mb << 20,
            answered=self._answered,
        )
        self._children[child] = asyncio.create_task(self._live(child))

    async def _live(self, child: Child) -> None:
        was_ready = False

        def ready() -> None:
            nonlocal was_ready
            was_ready = True
            self._failed_starts = 0
            self._feed()

        try:
            await child.live(ready)
        except Exception as error:
            # Whatever it is, those who wait for an answer must get one.
            log.exception("a process that computes expressions failed")
            child.last_words = f"{type(error).__name__}: {error}"
        finally:
            self._children.pop(child, None)
        if not was_ready:
            self._failed_starts += 1
        self._take_back(child)
        if self._failed_starts >= _MOST_STARTS:
            self._failed_starts = 0
            self._give_up(
                SetupError(
                    "the process that computes expressions does not start: "
                    f"{child.last_words.splitlines()[-1] if child.last_words else 'it says nothing'}",
                    cause="setup.expressions",
                )
            )
        self._feed()

    def _answered(self, child: Child, job: Job, answer: list[Any]) -> None:
        if answer[0] == Answer.TOO_LARGE:
            # After this answer the process ends.
            child.ended = Ended.TOO_LARGE
            self._too_large(child, job)
        else:
            job.settle(answer)
        self._feed()

    def _too_large(self, child: Child, job: Job) -> None:
        if child.served and not job.tries:
            # What others left behind may have filled the memory; a fresh process tells.
            job.tries += 1
            self._waiting.appendleft(job)
        else:
            job.settle([Answer.TOO_LARGE])

    def _take_back(self, child: Child) -> None:
        """Settle what an ended process was at, and let others do what it had not begun."""
        if child.ended is Ended.BY_ITSELF and child.in_flight:
            job = child.in_flight.popleft()
            job.tries += 1
            if job.tries >= _MOST_TRIES:
                job.settle([Ended.BY_ITSELF])
            else:
                self._waiting.appendleft(job)
        # It may have answered before it was ended, and is at the next one then, which did nothing wrong.
        elif child.in_flight and child.in_flight[0] is child.ended_over:
            job = child.in_flight.popleft()
            log.warning("an expression was ended", why=child.ended.name.lower())
            if child.ended is Ended.TOO_LARGE:
                self._too_large(child, job)
            else:
                job.settle([Ended.TOO_SLOW])
        while child.in_flight:
            self._waiting.appendleft(child.in_flight.pop())

    def _give_up(self, error: OrderBridgeError) -> None:
        while self._waiting:
            self._waiting.popleft().settle([error])

    async def _look(self) -> None:
        try:
            while any(child.in_flight for child in self._children):
                await asyncio.sleep(_LOOK_S)
                for child in list(self._children):
                    child.look()
        finally:
            self._looking = None

    async def close(self) -> None:
        """End every process; what was not computed by then is not."""
        self._closed = True
        tasks = list(self._children.values())
        for child in list(self._children):
            child.kill()
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        await asyncio.gather(*tasks, return_exceptions=True)
