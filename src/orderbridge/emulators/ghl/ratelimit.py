"""The request budget: so many in a short window and so many a day, for each app and location."""

from __future__ import annotations

from orderbridge.core.clock import Clock
from orderbridge.emulators.ghl.faults import GhlFaults

Headers = list[tuple[bytes, bytes]]


class _Budget:
    __slots__ = ("day", "day_used", "started_s", "used")

    def __init__(self, started_s: float, day: int) -> None:
        self.started_s = started_s
        self.used = 0
        self.day = day
        self.day_used = 0


class RateLimiter:
    """Counts requests and says what is left, on every answer."""

    def __init__(self, clock: Clock, faults: GhlFaults) -> None:
        self._clock = clock
        self._faults = faults
        self._budgets: dict[str, _Budget] = {}

    def clear(self) -> None:
        """Forget what was used."""
        self._budgets.clear()

    def spend(self, owner: str) -> tuple[bool, Headers]:
        """Count one request of ``owner``; tell whether it is allowed, and the headers of its answer."""
        burst: int = self._faults["rate_burst"]
        window_ms: int = self._faults["rate_window_ms"]
        daily: int = self._faults["rate_daily"]
        budget = self._current(owner, window_ms)
        # Both limits look alike to a client but for the daily header, which then says 0.
        allowed = budget.used < burst and budget.day_used < daily
        if allowed:
            budget.used += 1
            budget.day_used += 1
        return allowed, [
            (b"x-ratelimit-limit-daily", b"%d" % daily),
            (b"x-ratelimit-daily-remaining", b"%d" % max(0, daily - budget.day_used)),
            (b"x-ratelimit-interval-milliseconds", b"%d" % window_ms),
            (b"x-ratelimit-max", b"%d" % burst),
            (b"x-ratelimit-remaining", b"%d" % max(0, burst - budget.used)),
        ]

    def _current(self, owner: str, window_ms: int) -> _Budget:
        now_s = self._clock.monotonic_s()
        # The moment of the daily reset is unpublished; midnight UTC is our assumption.
        today = self._clock.now().toordinal()
        budget = self._budgets.get(owner)
        if budget is None:
            budget = self._budgets[owner] = _Budget(now_s, today)
        if (now_s - budget.started_s) * 1000 >= window_ms:
            budget.started_s, budget.used = now_s, 0
        if budget.day != today:
            budget.day, budget.day_used = today, 0
        return budget
