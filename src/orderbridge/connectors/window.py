"""Counting calls in a sliding window, in a bounded amount of memory."""

from __future__ import annotations

from collections import deque

_GRAINS = 128


class SlidingWindow:
    """How many calls began in the last ``window_s`` seconds, never counted too low.

    Calls that begin close together share one entry, which leaves when its youngest call does.
    """

    def __init__(self, window_s: float) -> None:
        self.window_s = window_s
        # Each entry: when its first call began, when its last one did, how many there are.
        self._entries: deque[list[float]] = deque()
        self._used = 0

    def used(self, now_s: float) -> int:
        """Calls of the window that ends at ``now_s``."""
        self._forget(now_s)
        return self._used

    def add(self, now_s: float, calls: int) -> None:
        """Count ``calls`` that begin at ``now_s``."""
        if calls <= 0:
            return
        self._used += calls
        if self._entries and now_s - self._entries[-1][0] < self.window_s / _GRAINS:
            self._entries[-1][1] = now_s
            self._entries[-1][2] += calls
        else:
            self._entries.append([now_s, now_s, calls])

    def wait_s(self, now_s: float, calls: int, limit: int) -> float:
        """Seconds until ``calls`` more fit under ``limit``; 0 means now."""
        self._forget(now_s)
        excess = self._used + calls - limit
        if excess <= 0:
            return 0.0
        for _, last_s, count in self._entries:
            excess -= int(count)
            if excess <= 0:
                # A touch more, so that the entry has left by then despite binary fractions.
                return max(last_s + self.window_s - now_s, 0.0) + 0.001
        return self.window_s

    def _forget(self, now_s: float) -> None:
        entries = self._entries
        while entries and entries[0][1] + self.window_s <= now_s:
            self._used -= int(entries.popleft()[2])
