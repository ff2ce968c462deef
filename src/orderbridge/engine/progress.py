"""How far a run has come: which steps are done, which wait, which failed, and what a person changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from orderbridge.core.clock import Clock
from orderbridge.core.endings import Ending, RunEnds, waiting
from orderbridge.core.errors import HeldError, OrderBridgeError, RejectedError
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.model import Retry
from orderbridge.store import runs
from orderbridge.store.lanes import Lane

_LONGEST_PAUSE_S = 86_400.0
WAIT = "core.delay.wait"


class TriedAgain(RunEnds):
    """A step failed and its retry policy lets the run wait for another try.

    Attributes:
        cause: Of the failure.
    """

    def __init__(self, reason: str, *, cause: str, until: datetime) -> None:
        super().__init__(Ending.WAITING, reason, output={}, until=until)
        self.cause = cause


@dataclass(slots=True)
class Progress:
    """How far a run has come.

    Attributes:
        finished: Outputs of the steps that are done, by their path.
        waits: Until when each step waits that had not waited to its end.
        failures: How often each failed step failed, as its retry policy counts.
        retries: Until when a failed step pauses, and why.
        edits: Inputs that a person gave to steps, by their path.
        kept: Outputs of an earlier run, for the steps before ``start_at``.
        start_at: The step at which a person wants this run to begin; None from there on.
        as_of: The state that decides which way is taken, where that is not the newest one; None once the run
            has waited, since a wait is there to see what becomes of things.
        wrote: Whether a step so far changed anything over there.
    """

    lane: Lane
    run_id: str
    clock: Clock
    finished: dict[str, JsonObject] = field(default_factory=dict)
    waits: dict[str, datetime] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    retries: dict[str, datetime] = field(default_factory=dict)
    edits: JsonObject = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    start_at: str | None = None
    as_of: JsonObject | None = None
    wrote: bool = False

    def take(self, steps: list[runs.StepState]) -> None:
        """Take what earlier attempts of this run left."""
        for item in steps:
            if item.state == runs.DONE:
                self.finished[item.path] = item.output
            elif item.state == runs.KEPT:
                self.kept[item.path] = item.output
            elif item.state == runs.WAITING:
                self.waits[item.path] = datetime.fromisoformat(item.output["until"])
            elif item.failures:
                self.failures[item.path] = item.failures
                if item.retry_at is not None:
                    self.retries[item.path] = item.retry_at
            if item.action.startswith(WAIT) and item.state != runs.KEPT:
                self.as_of = None

    def take_waits(self, steps: list[runs.StepState]) -> None:
        """Count the waits of an earlier run as this one's: what was waited for is not waited for twice."""
        for item in steps:
            if item.action.startswith(WAIT) and isinstance(item.output, dict) and "until" in item.output:
                self.waits.setdefault(item.path, datetime.fromisoformat(item.output["until"]))

    def decided_by(self, scope: JsonObject) -> JsonObject:
        """Return the scope in which conditions and lists are looked at."""
        return scope if self.as_of is None else scope | {"event": self.as_of}

    def waited(self, path: str) -> JsonObject | None:
        """Return the output of a step that has waited long enough, None when it did not begin to wait.

        Raises:
            RunEnds: It has to go on waiting.
        """
        until = self.waits.get(path)
        if until is None:
            return None
        if self.clock.now() < until:
            raise waiting(until)
        self.as_of = None
        return {"until": until.isoformat()}

    def pausing(self, path: str) -> None:
        """Do nothing, unless the step failed a short while ago.

        Raises:
            TriedAgain: Its pause is not over: the process died, or something else woke this event.
        """
        until = self.retries.get(path)
        if until is not None and self.clock.now() < until:
            raise TriedAgain(
                f"step {path!r} failed and is tried again at {until.isoformat(timespec='seconds')}",
                cause="step.retried",
                until=until,
            )

    def failed(self, path: str, error: OrderBridgeError) -> int:
        """Return how often the step failed now, as its retry policy counts: waiting for an account is no failure."""
        return self.failures.get(path, 0) + isinstance(error, HeldError | RejectedError)

    def next_try(self, path: str, retry: Retry | None, error: OrderBridgeError) -> TriedAgain | None:
        """Return the pause after a failure, None where a person has to look at it."""
        if retry is None or not isinstance(error, HeldError | RejectedError):
            return None
        count = self.failed(path, error)
        if count >= retry.attempts:
            return None
        pause_s = min(retry.pause_s * 2.0 ** (count - 1), _LONGEST_PAUSE_S)
        until = self.clock.now() + timedelta(seconds=pause_s)
        return TriedAgain(
            f"step {path!r} failed, attempt {count} of {retry.attempts}; tried again at "
            f"{until.isoformat(timespec='seconds')}: {error}",
            cause=error.cause,
            until=until,
        )
