"""The statement of one day: its counts, its lines for people, and its JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from orderbridge.connectors.ghl.events import KIND_OF_EVENT
from orderbridge.core.jsonio import JsonObject

MISSING, STALE, IN_WORK, NEEDS_A_PERSON, UNREADABLE = (
    "missing",
    "stale",
    "in_work",
    "needs_a_person",
    "unreadable",
)
_LATE = (MISSING, STALE)
_TOLD_KINDS = frozenset(KIND_OF_EVENT.values())
_WAYS = ("webhook", "poll", "backfill", "manual", "own write")
_TODO = {
    MISSING: "'orderbridge poll --once' fetches it",
    STALE: "'orderbridge poll --once' fetches what changed",
    IN_WORK: "it goes on by itself; look again later",
    NEEDS_A_PERSON: "see 'orderbridge dead-letters list'",
    UNREADABLE: "correct the record over there; 'orderbridge poll --once' then reads it",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A record that the list shows and that is not with us as it is there.

    Attributes:
        what: ``missing``, ``stale`` (a later change is missing), ``in_work`` (it came and waits), ``needs_a_person``
            (it came and could not be read) or ``unreadable`` (the list's row is not what it must be).
        why: In words.
    """

    record_id: str
    what: str
    why: str

    @property
    def todo(self) -> str:
        """What to do about it."""
        return _TODO[self.what]


@dataclass(slots=True, kw_only=True)
class KindStatement:
    """One kind of record on one day.

    Attributes:
        told: Whether a webhook tells of such records.
        ways: Changes that came, by the way that brought them first.
        recovered: Of those that a poll brought first, the ones that a webhook should have told of.
        also: Changes that came by a way once more.
        undated: Changes of which the provider does not say when they happened; they count when they were accepted.
        slowest_s: The longest time between a change and our accepting it.
        listed: Records that the provider's list shows for the day.
        agreeing: Of these, the ones that we have as they are there.
        earlier: Of these, the ones that are older than our listening.
        passed: Of these, the ones that nothing has to be done about.
        gaps: The others.
        not_asked: Why the list could not be asked; None where it was.
    """

    kind: str
    told: bool = False
    ways: dict[str, int] = field(default_factory=dict)
    recovered: int = 0
    also: dict[str, int] = field(default_factory=dict)
    undated: int = 0
    slowest_s: float | None = None
    listed: int = 0
    agreeing: int = 0
    earlier: int = 0
    passed: int = 0
    gaps: list[Gap] = field(default_factory=list)
    not_asked: str | None = None

    @property
    def came(self) -> int:
        """Changes that came."""
        return sum(self.ways.values())

    @property
    def changes(self) -> int:
        """Changes that came or should have."""
        return self.came + len(self.gaps)

    def count(self, *what: str) -> int:
        """How many gaps are of these."""
        return sum(gap.what in what for gap in self.gaps)

    @property
    def missing(self) -> int:
        """Changes that did not come: of records that we lack, and of records that have moved since."""
        return self.count(*_LATE)

    def parts(self) -> Iterator[str]:
        """What the changes were, part by part; the parts add up to ``changes``."""
        by_poll = self.ways.get("poll", 0)
        yield f"{self.ways.get('webhook', 0):,} by webhook"
        if self.told:
            yield f"{self.recovered:,} recovered by poll"
        if not self.told or by_poll > self.recovered:
            yield f"{by_poll - self.recovered:,} by poll"
        rest = {
            "by backfill": self.ways.get("backfill", 0),
            "by hand": self.ways.get("manual", 0),
            "written by us": self.ways.get("own write", 0),
            "in another way": sum(count for way, count in self.ways.items() if way not in _WAYS),
            "in work": self.count(IN_WORK),
            "waiting for a person": self.count(NEEDS_A_PERSON),
            "unreadable": self.count(UNREADABLE),
        }
        yield from (f"{count:,} {what}" for what, count in rest.items() if count)
        yield f"{self.missing:,} missing" if self.not_asked is None else "unknown how many missing"

    def as_json(self) -> JsonObject:
        """For programs."""
        return {
            "kind": self.kind,
            "changes": self.changes,
            "ways": dict(self.ways),
            "recovered_by_poll": self.recovered,
            "also": dict(self.also),
            "undated": self.undated,
            "slowest_s": None if self.slowest_s is None else round(self.slowest_s),
            "listed": self.listed,
            "agreeing": self.agreeing,
            "earlier": self.earlier,
            "passed": self.passed,
            "missing": self.missing,
            "gaps": [
                {"record_id": gap.record_id, "what": gap.what, "why": gap.why, "next": gap.todo}
                for gap in self.gaps
            ],
            "not_asked": self.not_asked,
        }


@dataclass(slots=True, kw_only=True)
class Completeness:
    """One day of one connection.

    Attributes:
        notes: What has to be known to read it.
        before: When the last statement of this day was made, and how many changes were missing then.
    """

    connection: str
    system: str
    day: date
    time_zone: str
    made_at: datetime
    kinds: dict[str, KindStatement] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    before: tuple[datetime, int] | None = None

    def of(self, kind: str) -> KindStatement:
        """The statement of one kind; made where there is none yet."""
        return self.kinds.setdefault(kind, self._blank(kind))

    def _blank(self, kind: str) -> KindStatement:
        # Act! has webhooks only on a server of one's own: there a poll is the usual way and recovers nothing.
        return KindStatement(kind=kind, told=self.system == "ghl" and kind in _TOLD_KINDS)

    @property
    def missing(self) -> int:
        """Changes that did not come, of every kind."""
        return sum(item.missing for item in self.kinds.values())

    @property
    def complete(self) -> bool:
        """True when every list could be asked and nothing in it is missing, unreadable or waiting for a person."""
        return all(item.not_asked is None and item.count(*_OPEN) == 0 for item in self.kinds.values())

    @property
    def main(self) -> str:
        """The kind that leads: orders of HighLevel, contacts of Act!."""
        return "order" if self.system == "ghl" else "contact"

    def lines(self) -> list[str]:
        """One line for each kind of which something came or should have; the leading kind always has one."""
        kinds = [
            self.kinds.get(self.main) or self._blank(self.main),
            *(item for name, item in sorted(self.kinds.items()) if name != self.main),
        ]
        return [
            f"{self.day} {self.connection}: {item.changes:,} {item.kind.replace('_', ' ')} events: "
            + ", ".join(item.parts())
            for item in kinds
            if item.kind == self.main or item.changes or item.not_asked
        ]

    def as_json(self) -> JsonObject:
        """For programs."""
        return {
            "connection": self.connection,
            "day": self.day.isoformat(),
            "time_zone": self.time_zone,
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "complete": self.complete,
            "missing": self.missing,
            "lines": self.lines(),
            "kinds": [item.as_json() for _, item in sorted(self.kinds.items())],
            "notes": list(self.notes),
            "before": None
            if self.before is None
            else {"made_at": self.before[0].isoformat(timespec="seconds"), "missing": self.before[1]},
        }


_OPEN = (MISSING, STALE, NEEDS_A_PERSON, UNREADABLE)
