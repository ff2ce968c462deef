"""Time is injected: nobody else asks the machine what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The current time, timezone-aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds on a clock that never goes back; only differences mean anything."""
        ...


# A laptop that slept past a lease must notice; Linux counts that time on this clock only.
_BOOT_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds of the machine's monotonic clock, those that it slept through included where it can tell."""
        return time.clock_gettime(_BOOT_CLOCK) if _BOOT_CLOCK is not None else time.monotonic()


class ManualClock:
    """A clock that moves only when told, for tests and for replays."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("start has no timezone")
        self._now = start
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        """The time it was last set to."""
        return self._now

    def monotonic_s(self) -> float:
        """Seconds it was moved by since it was made."""
        return self._elapsed_s

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds``."""
        self._now += timedelta(seconds=seconds)
        self._elapsed_s += seconds
