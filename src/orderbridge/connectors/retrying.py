"""Which calls may be sent again, and when: the rule that keeps a write from being done twice."""

from __future__ import annotations

import random
from enum import Enum, auto

from orderbridge.connectors.base import Answer

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 20.0


class Verdict(Enum):
    """What to do after one attempt."""

    DONE = auto()
    AGAIN = auto()
    THROTTLED = auto()
    IN_DOUBT = auto()
    REFUSED = auto()


def after_answer(answer: Answer, *, repeatable: bool, throttled: bool) -> Verdict:
    """Judge an answer.

    A write that was answered 500 is in doubt and not refused: both providers were seen to do the write and
    answer 500 all the same.
    """
    if answer.ok:
        return Verdict.DONE
    if throttled or answer.status == 429:
        return Verdict.THROTTLED
    if answer.status == 503 and "Retry-After" in answer.headers:
        # The server turned the call away before working on it; that is what the header is for.
        return Verdict.THROTTLED
    if answer.status >= 500 or answer.status == 408:
        return Verdict.AGAIN if repeatable else Verdict.IN_DOUBT
    return Verdict.REFUSED


def after_silence(*, sent: bool, repeatable: bool) -> Verdict:
    """Judge a call that got no answer; ``sent`` is True unless it surely never left this machine."""
    return Verdict.AGAIN if repeatable or not sent else Verdict.IN_DOUBT


def pause_s(attempt: int, rng: random.Random) -> float:
    """Seconds before the attempt after ``attempt`` (counted from 1): exponential, with full jitter."""
    return rng.uniform(0, min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (attempt - 1)))
