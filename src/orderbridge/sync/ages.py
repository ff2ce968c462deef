"""Age classes: how often records are looked at again by their age, what that costs, and what the budget makes of it.

Pure arithmetic. Recent records move often and are few, old ones move rarely and are many, so each class has an interval
of its own. Where all of it would cost more calls than polling may use, the oldest classes wait longer first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from orderbridge.core.errors import FlowError

RECENT, MONTH, OLDER, WHOLE = "recent", "month", "older", "whole"
# How far each class reaches back; what has no end here is read to the beginning. A window begins a little later than
# the class before it ends, never earlier, because every look reads on to now.
REACH = {RECENT: timedelta(days=2), MONTH: timedelta(days=35)}
# The classes of a list that can be asked by date, narrowest first: a wider look covers the narrower ones.
DATED = (RECENT, MONTH, OLDER)
DAY_S, LONGEST_S = 86_400.0, 30 * 86_400.0
# A class is not stretched further than this before one that is more urgent is stretched at all.
_CEILING_S = {RECENT: 6 * 3600.0, MONTH: 7 * DAY_S, OLDER: LONGEST_S, WHOLE: LONGEST_S}
# What waits first, where the budget is short. What costs a call for every record waits before a list does.
_ORDER = (
    (OLDER, True),
    (OLDER, False),
    (WHOLE, False),
    (MONTH, True),
    (MONTH, False),
    (RECENT, True),
    (RECENT, False),
)
_LEAST_S, _LEAST_SHARE = 5.0, 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Paces:
    """How often a connection wants its records looked at again, in seconds, and what polling may use for it.

    Attributes:
        recent_s: New and recent records, two days old at most.
        month_s: Those of the last 35 days.
        older_s: All of a list; what was deleted is found by it.
        whole_s: A list that cannot be asked by date.
        parts_recent_s: What belongs to a record and is in no list (fulfilments), for recent records.
        parts_month_s: The same for those of the last 35 days.
        parts_older_s: The same for all others.
        share: Of the permitted calls of a day, from 0.01 to 1; live traffic goes first in any case.
    """

    recent_s: float = 60.0
    month_s: float = 3600.0
    older_s: float = DAY_S
    whole_s: float = 600.0
    parts_recent_s: float = 900.0
    parts_month_s: float = 6 * 3600.0
    parts_older_s: float = 7 * DAY_S
    share: float = 0.4

    def __post_init__(self) -> None:
        """Refuse what cannot be kept or contradicts the monthly promise.

        Raises:
            FlowError: An interval or the share is out of its range.
        """
        for name in INTERVALS:
            value = getattr(self, name)
            if not _LEAST_S <= value <= LONGEST_S:
                raise FlowError(
                    f"polling: {name} is {value:g} seconds; it must be from {_LEAST_S:g} seconds to 30 days "
                    f"({LONGEST_S:g}), because every record is looked at at least once a month",
                    cause="poll.pace",
                )
        if not _LEAST_SHARE <= self.share <= 1:
            raise FlowError(
                f"polling: the share is {self.share:.0%}; it must be from 1 to 100 percent", cause="poll.pace"
            )

    def wanted_s(self, age: str, *, parts: bool) -> float:
        """The interval that is wanted for a class."""
        return float(getattr(self, f"parts_{age}_s" if parts else f"{age}_s"))


INTERVALS = (
    "recent_s",
    "month_s",
    "older_s",
    "whole_s",
    "parts_recent_s",
    "parts_month_s",
    "parts_older_s",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One class of one stream, as far as known from the last look.

    Attributes:
        rows: Records in it; None before the first look.
        calls: That reading all of it once costs.
        wanted_s: The interval that is wanted.
        parts: It costs a call for each record and is spread over its interval.
    """

    stream: str
    age: str
    rows: int | None
    calls: int
    wanted_s: float
    parts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a class of a stream gets.

    Attributes:
        interval_s: Between two looks; what is longer than wanted was stretched.
    """

    load: Load
    interval_s: float

    @property
    def calls_per_day(self) -> float:
        """What it costs."""
        return self.load.calls * DAY_S / self.interval_s

    @property
    def stretched(self) -> bool:
        """Whether the budget does not allow the interval that is wanted."""
        return self.interval_s > self.load.wanted_s * (1 + 1e-9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often everything of a connection is looked at, and what it costs.

    Attributes:
        allowed_per_day: Calls that polling may use; None where nothing is limited.
        monthly: Every record is looked at at least once in 30 days.
    """

    lines: tuple[Line, ...]
    allowed_per_day: float | None
    monthly: bool

    @property
    def calls_per_day(self) -> float:
        """What all of it costs."""
        return sum(line.calls_per_day for line in self.lines)

    def interval_s(self, stream: str, age: str) -> float | None:
        """The interval of a class of a stream; None where there is none."""
        found = (line.interval_s for line in self.lines if (line.load.stream, line.load.age) == (stream, age))
        return next(found, None)


def plan(loads: Iterable[Load], *, allowed_per_day: float | None) -> Plan:
    """Find intervals that cost no more calls than allowed.

    Args:
        loads: The classes.
        allowed_per_day: Calls; None where nothing is limited.
    """
    lines = [Line(load=load, interval_s=load.wanted_s) for load in loads]
    if allowed_per_day is not None:
        for urgency in _ORDER:
            if _cost(lines) <= allowed_per_day:
                break
            lines = _stretched(lines, urgency, allowed_per_day)
        if (cost := _cost(lines)) > allowed_per_day:
            # Even the longest intervals cost too much: everything waits longer, and the plan says so.
            factor = cost / allowed_per_day * (1 + 1e-12)
            lines = [replace(line, interval_s=line.interval_s * factor) for line in lines]
    monthly = all(line.interval_s <= LONGEST_S for line in lines)
    return Plan(lines=tuple(lines), allowed_per_day=allowed_per_day, monthly=monthly)


def calls_for(rows: int, *, page_rows: int, overlap_rows: int, counted: bool) -> int:
    """How many calls reading a list costs; see ``connectors.paging.walk``.

    Args:
        rows: In the list.
        page_rows: Asked for at once.
        overlap_rows: Read twice, with each page after the first.
        counted: The provider says how long the list is, so no call is needed to find its end.
    """
    # Without a total, the end is a page that is not full.
    needed = max(rows, 1) if counted else rows + 1
    return 1 + max(0, -(-(needed - page_rows) // (page_rows - overlap_rows)))


def in_words(seconds: float) -> str:
    """Say an interval: ``90 seconds``, ``2 hours``, ``7 days``; rounded up, so that it is kept."""
    for unit, name in ((DAY_S, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= 2 * unit or abs(seconds - unit) < 1:
            tenths = -int(-round(seconds / unit * 10, 6) // 1)
            count = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10:.1f}"
            return f"{count} {name}" + ("" if count == "1" else "s")
    return f"{-int(-round(seconds, 6) // 1)} seconds"


def _cost(lines: Iterable[Line]) -> float:
    return sum(line.calls_per_day for line in lines)


def _stretched(lines: Sequence[Line], urgency: tuple[str, bool], allowed: float) -> list[Line]:
    """Stretch the classes of one urgency alike, each up to its ceiling, as far as needed."""
    mine = [line for line in lines if (line.load.age, line.load.parts) == urgency and line.load.calls]
    rest = allowed - _cost(line for line in lines if line not in mine)
    capped: dict[tuple[str, str], Line] = {}
    free = mine
    factor = 1.0
    while free:
        left = rest - _cost(capped.values())
        factor = _cost(free) / left * (1 + 1e-12) if left > 0 else float("inf")
        over = [line for line in free if line.interval_s * factor > _ceiling_s(line)]
        if not over:
            break
        for line in over:
            capped[_key(line)] = replace(line, interval_s=max(line.interval_s, _ceiling_s(line)))
        free = [line for line in free if line not in over]
    changed = capped | {_key(line): replace(line, interval_s=line.interval_s * factor) for line in free}
    return [changed.get(_key(line), line) for line in lines]


def _key(line: Line) -> tuple[str, str]:
    return line.load.stream, line.load.age


def _ceiling_s(line: Line) -> float:
    return max(line.load.wanted_s, _CEILING_S[line.load.age])
