"""The shape of a diagnosis: ordered checks, each with a plain sentence and what to do next.

Each connector has a ``diagnose.py`` with a function ``steps`` that returns its checks in order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from orderbridge.connectors.base import Answer
from orderbridge.core.clock import Clock

OK, PROBLEM, WARNING, SKIPPED = "ok", "problem", "warning", "skipped"

# Above this, times that both sides compare (what changed since, when a token ends) begin to mislead.
MOST_SKEW_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found.

    Attributes:
        outcome: ``ok``, ``problem``, ``warning`` (it works, but) or ``skipped``.
        says: What is the case, in one sentence without a secret.
        next: What to do; None where nothing has to be done.
        cause: The stable code of what is wrong, as errors have it.
        stops: True when the checks that follow mean nothing.
    """

    outcome: str
    says: str
    next: str | None = None
    cause: str | None = None
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One check.

    Attributes:
        id: Stable, for programs: ``tls``, ``scope.contacts.readonly``.
        title: For people.
    """

    id: str
    title: str
    run: Callable[[], Awaitable[Finding]]


def fine(says: str) -> Finding:
    """Return that all is well."""
    return Finding(outcome=OK, says=says)


def wrong(says: str, next: str, *, cause: str, stops: bool = True) -> Finding:
    """Return a problem; unless told otherwise, what follows means nothing."""
    return Finding(outcome=PROBLEM, says=says, next=next, cause=cause, stops=stops)


def dubious(says: str, next: str, *, cause: str) -> Finding:
    """Return that it works, but something deserves a look."""
    return Finding(outcome=WARNING, says=says, next=next, cause=cause)


def passed_over(why: str) -> Finding:
    """Return that there is nothing to check."""
    return Finding(outcome=SKIPPED, says=why)


def clock_finding(answer: Answer | None, clock: Clock) -> Finding:
    """Compare our clock with the time that a server put on its answer."""
    theirs = _date(answer)
    if theirs is None:
        return passed_over("the server does not say what time it is")
    skew_s = round((clock.now() - theirs).total_seconds())
    if abs(skew_s) <= MOST_SKEW_S:
        return fine("the clock of this machine agrees with the server's")
    ahead = "ahead of" if skew_s > 0 else "behind"
    return dubious(
        f"the clock of this machine is {_span(abs(skew_s))} {ahead} the server's",
        "let the system set the time from the network (NTP); changes could be missed or seen late",
        cause="clock.skew",
    )


def _date(answer: Answer | None) -> datetime | None:
    if answer is None:
        return None
    try:
        found = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _span(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
