"""The request budget: no call is made that the provider would refuse, and live calls go first.

A sliding window is kept on our side, because it is safe whatever kind of window the provider keeps. The
response headers correct it: they tell the real limit, and that somebody else spends from the same
allowance. With a ``BudgetStore`` all processes of one installation share one window.

Source: HighLevel API notes, section 4; Act! Web API notes, section 8.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from orderbridge.connectors.base import BudgetState
from orderbridge.connectors.fields import instant
from orderbridge.connectors.window import SlidingWindow
from orderbridge.core.clock import Clock
from orderbridge.core.errors import RateLimitedError

Sleep = Callable[[float], Awaitable[None]]

# The window is kept this much longer than the provider's own, because calls do not take equally long to
# reach it: two that start a window apart may arrive closer.
_MARGIN = 0.01
# Of the window and of the day, this part is left to live calls.
_WINDOW_RESERVE = 0.01
_DAILY_RESERVE = 0.05
# Before the first answer nobody knows what an earlier process or another machine has spent.
_CALLS_BEFORE_FIRST_ANSWER = 10
# A permit from the store is good for this part of the window, so that the store's count stays true.
_SLICE = 0.02
_MAX_CHUNK = 20
_LONGEST_BLOCK_S = 120.0
_BACKFILL_STEP_S = 0.05
# A process that was held up makes up for so many calls of its backfill at once.
_BACKFILL_BEHIND = 5


@dataclass(frozen=True, slots=True)
class Grant:
    """What the store lets this process do.

    Attributes:
        granted: Calls that may start now, at most what was wanted.
        wait_s: Seconds until asking again makes sense, when fewer were granted than wanted.
    """

    granted: int
    wait_s: float


class BudgetStore(Protocol):
    """One window per connection, shared by all processes."""

    async def take(
        self, *, connection_id: str, window_s: float, limit: int, wanted: int, now: datetime
    ) -> Grant:
        """Count up to ``wanted`` calls against ``limit`` per ``window_s`` and return how many fit.

        ``limit`` differs between askers: those that may wait name a smaller one, which leaves room for
        live calls. Nothing is granted before ``blocked_until`` as last reported.
        """
        ...

    async def report(
        self,
        *,
        connection_id: str,
        limit: int | None,
        remaining: int | None,
        window_s: float | None,
        daily_remaining: int | None,
        blocked_until: datetime | None,
    ) -> None:
        """Keep what the provider's headers said; None means that they did not say.

        ``remaining`` below what the store itself counts means that somebody else spends too: the
        difference counts as used in the current window.
        """
        ...


@dataclass(slots=True)
class _Waiter:
    calls: int
    ready: asyncio.Future[None]


class WindowBudget:
    """The allowance of one connection."""

    def __init__(
        self,
        *,
        connection_id: str,
        clock: Clock,
        limit: int | None = 100,
        window_s: float = 10.0,
        daily_limit: int | None = None,
        store: BudgetStore | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Make a budget.

        Args:
            connection_id: Under which the store counts.
            clock: Tells the time.
            limit: Calls per window to assume until the headers tell; None for a server that counts
                nothing, until headers say that it does.
            window_s: Length of the provider's window.
            daily_limit: Calls per UTC day to assume until the headers tell.
            store: Shares the window between processes; None keeps it in this one.
            sleep: Waits; tests pass one that moves their clock.
        """
        self._id = connection_id
        self._clock = clock
        self._limit = limit
        self._window_s = window_s
        self._daily_limit = daily_limit
        self._daily_used = 0
        self._day = clock.now().date()
        self._store = store
        self._sleep = sleep
        self._window = SlidingWindow(window_s * (1 + _MARGIN))
        self._permits = 0
        self._permits_end_s = 0.0
        self._in_flight = 0
        self._heard = False
        self._blocked_until: datetime | None = None
        self._blocked_until_s = 0.0
        self._next_backfill_s = 0.0
        self._reported_s = float("-inf")
        self._urgent: deque[_Waiter] = deque()
        self._backfill: deque[_Waiter] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._observed = asyncio.Event()

    async def acquire(self, *, calls: int = 1, urgent: bool = True) -> None:
        """Wait for ``calls`` permits; live calls overtake those that may wait.

        Raises:
            RateLimitedError: The day is used up, or the provider asked for a long pause.
        """
        self._refuse_hopeless(calls, urgent=urgent)
        queue = self._urgent if urgent else self._backfill
        if not self._urgent and not queue and self._ready(calls, urgent=urgent):
            self._start(calls, urgent=urgent)
            return
        waiter = _Waiter(calls, asyncio.get_running_loop().create_future())
        queue.append(waiter)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._serve())
        try:
            await waiter.ready
        except asyncio.CancelledError:
            if waiter.ready.done() and not waiter.ready.cancelled() and waiter.ready.exception() is None:
                self._in_flight = max(0, self._in_flight - 1)
            raise

    async def observe(self, headers: Mapping[str, str], status: int) -> None:
        """Correct our own count by what the provider says."""
        self._in_flight = max(0, self._in_flight - 1)
        now = self._clock.now()
        limit = _whole(headers, "X-RateLimit-Max", "X-RateLimit-Limit")
        remaining = _whole(headers, "X-RateLimit-Remaining")
        interval_ms = _whole(headers, "X-RateLimit-Interval-Milliseconds")
        daily_limit = _whole(headers, "X-RateLimit-Limit-Daily")
        daily_left = _whole(headers, "X-RateLimit-Daily-Remaining")
        self._heard = self._heard or status > 0
        self._observed.set()
        if limit is not None and limit > 0:
            self._limit = limit
        if interval_ms:
            self._window_s = interval_ms / 1000
            self._window.window_s = self._window_s * (1 + _MARGIN)
        if daily_limit is not None:
            self._daily_limit = daily_limit
        if daily_left is not None and self._daily_limit is not None:
            self._roll_day(now)
            # Answers overtake each other: the lowest number of the day is the true one.
            self._daily_used = max(self._daily_used, self._daily_limit - daily_left)
        if remaining is not None and self._limit is not None and self._store is None:
            self._admit_foreign(remaining)
        refused = status == 429 or (status in (403, 503) and remaining == 0)
        if refused:
            self._block(headers, now, daily_left)
        await self._report(limit, remaining, daily_left, urgent=refused)

    def state(self) -> BudgetState:
        """Return what is known now."""
        self._roll_day(self._clock.now())
        used = self._window.used(self._clock.monotonic_s())
        return BudgetState(
            limit=self._limit,
            window_s=self._window_s,
            remaining=None if self._limit is None else max(0, self._limit - used),
            daily_limit=self._daily_limit,
            daily_remaining=None
            if self._daily_limit is None
            else max(0, self._daily_limit - self._daily_used),
            blocked_until=self._blocked_until if self._is_blocked() else None,
            waiting_urgent=len(self._urgent),
            waiting_backfill=len(self._backfill),
        )

    # What may start, and when

    def _ready(self, calls: int, *, urgent: bool) -> bool:
        """Take what ``calls`` need if that takes no waiting."""
        if self._unsure() or self._wait_s(calls, urgent=urgent) > 0:
            return False
        if self._store is None or self._limit is None:
            return True
        if self._permits_left() < calls:
            return False
        self._permits -= calls
        return True

    def _unsure(self) -> bool:
        return not self._heard and self._in_flight >= _CALLS_BEFORE_FIRST_ANSWER

    def _wait_s(self, calls: int, *, urgent: bool) -> float:
        """Seconds until ``calls`` may start by our own window; 0 means now."""
        now_s = self._clock.monotonic_s()
        wait_s = max(0.0, self._blocked_until_s - now_s)
        if self._limit is None:
            return wait_s
        if not urgent:
            wait_s = max(wait_s, self._next_backfill_s - now_s)
        # Also with a store, whose window may be a fixed one and let two bursts meet at its edge.
        share = self._share(urgent)
        return max(wait_s, self._window.wait_s(now_s, min(calls, share), share))

    def _share(self, urgent: bool) -> int:
        limit = self._limit or 0
        return max(1, limit if urgent else limit - max(1, int(limit * _WINDOW_RESERVE)))

    def _start(self, calls: int, *, urgent: bool) -> None:
        now_s = self._clock.monotonic_s()
        self._window.add(now_s, calls)
        self._in_flight += 1
        self._daily_used += calls
        if not urgent and self._limit:
            # Backfill is spread evenly, so that a live call never waits for a whole window to pass.
            step_s = calls * self._window.window_s / self._limit
            behind_s = _BACKFILL_BEHIND * step_s
            self._next_backfill_s = max(now_s - behind_s, self._next_backfill_s) + step_s

    async def _serve(self) -> None:
        """Hand out permits until nobody waits; one such task runs at a time."""
        while True:
            for queue in (self._urgent, self._backfill):
                while queue and queue[0].ready.done():
                    queue.popleft()
            queue = self._urgent or self._backfill
            if not queue:
                return
            urgent = queue is self._urgent
            waiter = queue[0]
            try:
                self._refuse_hopeless(waiter.calls, urgent=urgent)
                if self._unsure():
                    await self._next_answer()
                    continue
                wait_s = await self._wait_or_take_s(waiter.calls, urgent=urgent)
            except Exception as error:
                # Whoever asked learns why; the others are served or refused in their turn.
                if not waiter.ready.done():
                    waiter.ready.set_exception(error)
                continue
            overtaken = not urgent and self._urgent
            if overtaken or waiter.ready.done():
                continue
            if wait_s > 0:
                # Backfill waits in short steps, because a live call may arrive meanwhile.
                await self._sleep(wait_s if urgent else min(wait_s, _BACKFILL_STEP_S))
            elif self._ready(waiter.calls, urgent=urgent):
                queue.popleft()
                self._start(waiter.calls, urgent=urgent)
                waiter.ready.set_result(None)

    async def _wait_or_take_s(self, calls: int, *, urgent: bool) -> float:
        """Fetch permits from the store where there is one; seconds to wait, or 0 when it can start."""
        wait_s = self._wait_s(calls, urgent=urgent)
        if wait_s > 0 or self._store is None or self._limit is None or self._permits_left() >= calls:
            return wait_s
        waiting = sum(waiter.calls for waiter in (self._urgent if urgent else self._backfill))
        # What backfill would not use at once ends unused, since its calls are spread.
        most = max(1, self._limit // (50 if urgent else 100))
        chunk = max(calls, min(_MAX_CHUNK, waiting, most))
        slice_s = self._window_s * _SLICE
        kept = self._permits_left()
        grant = await self._store.take(
            connection_id=self._id,
            window_s=self._window.window_s + slice_s,
            # The reserve is this process's own: at the end of a window that is used up evenly nobody waits for long.
            limit=self._limit,
            wanted=chunk - kept,
            now=self._clock.now(),
        )
        if grant.granted:
            self._permits = kept + grant.granted
            self._permits_end_s = self._clock.monotonic_s() + slice_s
        return 0.0 if self._permits_left() >= calls else max(grant.wait_s, 0.001)

    async def _next_answer(self) -> None:
        self._observed.clear()
        # Bounded, because an answer may never come; the calls under way have their own deadline.
        try:
            async with asyncio.timeout(self._window_s):
                await self._observed.wait()
        except TimeoutError:
            self._heard = True

    def _permits_left(self) -> int:
        return self._permits if self._clock.monotonic_s() <= self._permits_end_s else 0

    # What the provider says

    def _admit_foreign(self, remaining: int) -> None:
        """Count what others spent: the provider says that less is left than we think."""
        assert self._limit is not None
        now_s = self._clock.monotonic_s()
        left = self._limit - self._window.used(now_s)
        if remaining < left:
            # Calls still under way may not be counted yet, so they are taken off as well.
            self._window.add(now_s, left - max(0, remaining - self._in_flight))

    def _block(self, headers: Mapping[str, str], now: datetime, daily_left: int | None) -> None:
        wait_s = retry_after_s(headers, now)
        if daily_left == 0:
            wait_s = max(wait_s or 0.0, _seconds_of_day_left(now))
        if wait_s is None:
            wait_s = reset_s(headers, now) or self._window_s
        until_s = self._clock.monotonic_s() + wait_s
        if until_s > self._blocked_until_s:
            self._blocked_until_s = until_s
            self._blocked_until = now + timedelta(seconds=wait_s)

    def _is_blocked(self) -> bool:
        return self._blocked_until_s > self._clock.monotonic_s()

    def _refuse_hopeless(self, calls: int, *, urgent: bool) -> None:
        now = self._clock.now()
        self._roll_day(now)
        if self._daily_limit is not None:
            reserve = 0 if urgent else int(self._daily_limit * _DAILY_RESERVE)
            if self._daily_used + calls > self._daily_limit - reserve:
                raise RateLimitedError(
                    f"the {self._daily_limit:,} calls that the provider allows per day are used up"
                    + ("" if urgent else " but for the part kept for live events")
                    + "; work goes on after midnight UTC",
                    retry_after_s=_seconds_of_day_left(now),
                    cause="rate_limited.day",
                )
        blocked_s = self._blocked_until_s - self._clock.monotonic_s()
        if blocked_s > _LONGEST_BLOCK_S:
            raise RateLimitedError(
                f"the provider refused further calls until {self._blocked_until:%Y-%m-%d %H:%M:%S} UTC; "
                "work goes on by itself then",
                retry_after_s=blocked_s,
            )

    def _roll_day(self, now: datetime) -> None:
        if now.date() != self._day:
            self._day = now.date()
            self._daily_used = 0

    async def _report(
        self, limit: int | None, remaining: int | None, daily_left: int | None, *, urgent: bool
    ) -> None:
        if self._store is None or (limit is None and remaining is None and not urgent):
            return
        now_s = self._clock.monotonic_s()
        # One report a slice is enough for the others; a refusal they must know at once.
        if not urgent and now_s - self._reported_s < self._window_s * _SLICE:
            return
        self._reported_s = now_s
        await self._store.report(
            connection_id=self._id,
            limit=limit,
            remaining=remaining,
            window_s=self._window_s,
            daily_remaining=daily_left,
            blocked_until=self._blocked_until if self._is_blocked() else None,
        )


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read ``Retry-After``: seconds or an HTTP date; None where it is absent or unreadable."""
    value = headers.get("Retry-After")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value).astimezone(UTC) - now).total_seconds())
    except ValueError:
        return None


def reset_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read ``X-RateLimit-Reset``, whose format nobody documents: seconds to go, Unix or ISO time."""
    value = headers.get("X-RateLimit-Reset")
    moment = instant(value)
    if moment is not None and value is not None and not value.isdigit():
        wait_s = (moment - now).total_seconds()
    else:
        seconds = _whole(headers, "X-RateLimit-Reset")
        if seconds is None:
            return None
        wait_s = seconds - now.timestamp() if seconds > 1_000_000_000 else float(seconds)
    return wait_s if 0 < wait_s <= 3600 else None


def _whole(headers: Mapping[str, str], *names: str) -> int | None:
    for name in names:
        value = headers.get(name)
        if value is not None:
            with suppress(ValueError):
                return int(value)
    return None


def _seconds_of_day_left(now: datetime) -> float:
    # HighLevel does not publish when its day begins; 00:00 UTC is an inference.
    tomorrow = (now.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (tomorrow - now).total_seconds()
