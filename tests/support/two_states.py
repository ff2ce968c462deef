"""A sale and its invoice, each in an account of its own way, and the shipped decision between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orderbridge.catalogue.agreement import Agreed, Begun
from orderbridge.catalogue.order_states import (
    MONEY,
    Ask,
    Decision,
    Follow,
    TakeBack,
    last_seen,
    set_out,
    settle,
    settled,
)
from support.two_sides import StoppedError

STOPS = ("", "before the write", "after the write", "answer lost", "not arrived")


@dataclass
class TwoStates:
    """Looks at both sides as the flows do, with their memory.

    Attributes:
        shows: How Act! shows a status that it was given.
        says: How HighLevel shows a state.
        consent: Whether drafts may be taken back.
        writes: What was sent, to either side.
        lines: What was said of a person's status that was written over, by state.
    """

    statuses: Mapping[str, str | None]
    shows: Callable[[str], Any]
    says: Callable[[str], str]
    consent: bool
    act: str = "Open"
    ghl: str = "draft"
    agreed: Agreed | None = None
    begun: Begun | None = None
    writes: int = 0
    asked: Ask | None = None
    lines: int = 0

    def look(self, stop: str = "") -> Decision:
        """Read both, decide, write, remember."""
        state = self.ghl
        decision = settle(
            status=self.shows(self.act),
            state=self.says(state),
            statuses=self.statuses,
            seen=last_seen(self.agreed, self.begun),
        )
        self.asked = decision if isinstance(decision, Ask) else None
        if isinstance(decision, Follow) and decision.writes:
            self.begun = set_out(decision.seen)
            self._stop(stop, "before the write")
            self._sent(stop)
            self.lines += decision.because is not None
            assert decision.status is not None
            self.act = decision.status
            self._stop(stop, "after the write")
        elif isinstance(decision, TakeBack) and self.consent:
            self._stop(stop, "before the write")
            self._sent(stop)
            assert self.ghl not in MONEY
            self.ghl = "deleted"
            self._stop(stop, "after the write")
        if self.asked is None:
            self.agreed, self.begun = settled(decision.seen), None
        return decision

    def _sent(self, stop: str) -> None:
        # What did not arrive is seen not to be there, and sent again.
        self.writes += 2 if stop == "not arrived" else 1

    def _stop(self, stop: str, here: str) -> None:
        if stop == here:
            raise StoppedError
