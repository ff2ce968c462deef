"""The same for several runs at once: replay, resume or cancel, each by itself, with a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from orderbridge.automation import repair
from orderbridge.automation.repair import Wish
from orderbridge.core.errors import OrderBridgeError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime

REPLAY, RESUME, CANCEL = "replay", "resume", "cancel"
ACTIONS = (REPLAY, RESUME, CANCEL)
# Each is a transaction of its own: so many are done within the patience of one request.
MOST = 500


@dataclass(frozen=True, slots=True)
class Refused:
    """A run for which it was not possible, and why."""

    run: str
    cause: str
    message: str


@dataclass(slots=True)
class Report:
    """How it went.

    Attributes:
        done: Runs that were taken up; for a replay the ids of the new ones.
        already: Runs of which a replay is open already; nothing was added for them.
    """

    action: str
    done: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def as_object(self) -> JsonObject:
        """The report as it is shown."""
        return {
            "action": self.action,
            "done": self.done,
            "already": self.already,
            "refused": [
                {"run": item.run, "cause": item.cause, "message": item.message} for item in self.refused
            ],
        }


async def carry_out(
    runtime: Runtime, action: str, ids: Sequence[str], *, by: str, reason: str | None = None
) -> Report:
    """Do it for each run; one that it is not possible for is named in the report, and the others go on.

    Args:
        runtime: The opened accounts.
        action: One of ``ACTIONS``.
        ids: At most ``MOST`` runs; one that is named twice is taken once.
        by: Who wants it.
        reason: Of cancelling.
    """
    report = Report(action)
    for given in dict.fromkeys(ids):
        try:
            if action == REPLAY:
                new, added = await repair.replay_run(runtime, given, Wish(by=by))
                (report.done if added else report.already).append(new)
            elif action == RESUME:
                report.done.append(await repair.resume(runtime, given, by=by))
            else:
                await repair.cancel(runtime, given, by=by, reason=reason)
                report.done.append(given)
        except OrderBridgeError as error:
            report.refused.append(Refused(given, error.cause or "unknown", str(error)))
    return report
