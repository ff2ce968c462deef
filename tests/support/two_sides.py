"""Two simulated sides that write values their own way, and a bridge between them that can be stopped anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderbridge.catalogue.agreement import (
    ACT,
    GHL,
    SIDES,
    Agreed,
    Ask,
    Begun,
    Nothing,
    Pairing,
    Write,
    decide,
    other,
)
from orderbridge.core.places import MISSING

Reformat = Callable[[Any], Any]
STOPS = ("", "before the write", "after the write", "answer lost", "not arrived")


class StoppedError(Exception):
    """The process died here."""


@dataclass
class Side:
    """One account: what it shows of a record, and how it writes what it is given."""

    reformat: Mapping[str, Reformat]
    values: dict[str, Any] = field(default_factory=dict)
    edited_at: int = 0

    def put(self, name: str, value: Any, at: int) -> bool:
        """Take a value over, from a person or from us, and write it this side's way; returns whether it is new."""
        made = self.reformat.get(name, lambda item: item)(value) if value not in (None, "") else value
        if self.values.get(name) == made:
            return False
        self.values[name] = made
        self.edited_at = at
        return True


@dataclass
class Bridge:
    """Agreement between two sides, with its memory.

    Attributes:
        writes: How many values were sent, by field; those that did not arrive count as well.
        unseen: How many of them did not arrive, or came to an end that nobody saw.
        asked: The fields that wait for a person.
        late_edits: How many edits a person made between our reading and our writing.
    """

    pairings: Sequence[Pairing]
    sides: dict[str, Side]
    now: int = 0
    agreed: dict[str, Agreed] = field(default_factory=dict)
    begun: dict[str, Begun] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    unseen: dict[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    late_edits: int = 0

    def edit(self, side: str, name: str, value: Any) -> bool:
        """A person writes something; who writes what is there already has edited nothing."""
        self.now += 1
        return self.sides[side].put(name, value, self.now)

    def round(self, stop: str = "", meanwhile: tuple[str, str, Any] | None = None) -> int:
        """Agree once, as a notice of either side starts it; returns how many values were sent.

        Args:
            stop: Where the process dies, or what happens to each write.
            meanwhile: A person's edit of the side that is read, made after the reading.
        """
        shown = {side: dict(self.sides[side].values) for side in SIDES}
        stamps = {side: self.sides[side].edited_at for side in SIDES}
        newer = None if stamps[ACT] == stamps[GHL] else max(SIDES, key=lambda side: stamps[side])
        to_write: list[tuple[Pairing, Write]] = []
        for pairing in self.pairings:
            decision = decide(
                pairing,
                act=shown[ACT].get(pairing.name, MISSING),
                ghl=shown[GHL].get(pairing.name, MISSING),
                agreed=self.agreed.get(pairing.name),
                begun=self.begun.get(pairing.name),
                newer=newer,
            )
            if isinstance(decision, Ask):
                self.asked.add(pairing.name)
                continue
            self.asked.discard(pairing.name)
            if isinstance(decision, Nothing):
                if decision.agreed is not None:
                    self.agreed[pairing.name] = decision.agreed
                    self.begun.pop(pairing.name, None)
                continue
            if decision.agreed is not None:
                self.agreed[pairing.name] = decision.agreed
            self.begun[pairing.name] = Begun(
                decision.side, decision.value, shown[other(decision.side)].get(pairing.name)
            )
            to_write.append((pairing, decision))
        if stop == "before the write" and to_write:
            raise StoppedError
        if meanwhile is not None and all(item.side != meanwhile[0] for _, item in to_write):
            self.late_edits += self.edit(*meanwhile)
        sent = 0
        for pairing, write in to_write:
            sent += self._send(pairing.name, write, stop)
        return sent

    def _send(self, name: str, write: Write, stop: str) -> int:
        side, source = self.sides[write.side], self.begun[name].source
        self.now += 1
        self.writes[name] = self.writes.get(name, 0) + 1
        if stop == "not arrived":
            # The answer is an error, a look shows that it is not there, and it is sent again.
            self.writes[name] += 1
            self.unseen[name] = self.unseen.get(name, 0) + 1
        side.put(name, write.value, self.now)
        if stop == "after the write":
            self.unseen[name] = self.unseen.get(name, 0) + 1
            raise StoppedError
        # A lost answer ends as every write does: it is read back.
        read_back = {write.side: side.values.get(name), other(write.side): source}
        self.agreed[name] = Agreed(read_back[ACT], read_back[GHL])
        self.begun.pop(name)
        return 1
