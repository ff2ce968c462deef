"""How far a run has come: which steps are done, and which wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from orderbridge.core.clock import Clock
from orderbridge.core.endings import waiting
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.lanes import Lane


@dataclass(slots=True)
class Progress:
    """How far a run has come.

    Attributes:
        finished: Outputs of the steps that are done, by their path.
        waits: Until when each step waits that had not waited to its end.
        wrote: Whether a step so far changed anything over there.
    """

    lane: Lane
    run_id: str
    clock: Clock
    finished: dict[str, JsonObject] = field(default_factory=dict)
    waits: dict[str, datetime] = field(default_factory=dict)
    wrote: bool = False

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
        return {"until": until.isoformat()}
