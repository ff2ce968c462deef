"""How a step ends its whole run on purpose; no error, and nothing that anybody has to put right."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from orderbridge.core.jsonio import JsonObject


class Ending(Enum):
    """What becomes of the run."""

    NOTHING_TO_DO = "nothing"
    HELD = "held"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class RunEnds(Exception):
    """Raised by an action: the steps after it are not done, or not yet.

    Attributes:
        ending: What becomes of the run.
        reason: Shown with the run.
        output: What the step gives; whoever calls the action by hand gets it as the answer.
        until: For ``WAITING``: the moment at which the run goes on with the next step.
    """

    def __init__(
        self, ending: Ending, reason: str, *, output: JsonObject, until: datetime | None = None
    ) -> None:
        super().__init__(reason)
        self.ending, self.reason, self.output, self.until = ending, reason, output, until


def waiting(until: datetime) -> RunEnds:
    """The ending of a run that goes on by itself at ``until``."""
    return RunEnds(
        Ending.WAITING,
        f"waits until {until.isoformat(timespec='seconds')}",
        output={"until": until.isoformat()},
        until=until,
    )


class RunCancelled(RunEnds):
    """A person wants the run to end: before its next write, or between two steps."""

    def __init__(self, asked: JsonObject) -> None:
        super().__init__(Ending.CANCELLED, cancelled_because(asked), output={})


def cancelled_because(asked: JsonObject) -> str:
    """Say by whom, when and why a run was cancelled."""
    why = f": {asked['reason']}" if asked.get("reason") else ""
    return f"cancelled by {asked.get('by') or 'somebody'} at {asked.get('at')}{why}"
