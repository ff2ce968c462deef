"""A list of a provider, one look at it, and the rows that it gives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.listening import Listening
from orderbridge.engine.runtime import Runtime
from orderbridge.store.connections import Connection
from orderbridge.sync.ages import DATED, OLDER, REACH, RECENT, WHOLE, calls_for
from orderbridge.sync.backfill.leaving import History

# Edits reach a list late: from remote copies of a database, or from a search index.
OVERLAP = timedelta(minutes=10)
# How a list can be asked for a part of it: for what was made, or edited, since a time; or not at all.
BY_MADE, BY_EDITED, BY_NOTHING = "made", "edited", "nothing"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a list.

    Attributes:
        state: The record in our names, as its reader gives it.
        lane: Kind and id of the record whose lane handles it; None where nothing has to be done.
        body: What the reader needs of the row itself.
        reason: Why nothing has to be done.
        made: When the record was made, as the list says.
        edited: When it was edited last, as the list says.
        readable: False where the row is not what it must be; its reader says what is wrong with it.
    """

    record_id: str
    state: JsonObject
    lane: tuple[str, str] | None
    body: bytes | None = None
    reason: str | None = None
    made: datetime | None = None
    edited: datetime | None = None
    readable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one look at a stream is given.

    Attributes:
        age: The class that is looked at; a wider one covers the narrower ones.
        after: Only what was made or edited since then, by what the list can be asked for; None looks at everything.
        today: The time of this look.
        history: What a backfill is about to bring.
    """

    runtime: Runtime
    connection: Connection
    listening: Listening
    age: str
    after: datetime | None
    today: datetime
    history: History = field(default_factory=History)

    @property
    def full(self) -> bool:
        """Whether everything is looked at, so that what is not shown is not there."""
        return self.age in (OLDER, WHOLE)


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A list.

    Attributes:
        name: As people see it and as its checkpoint is called.
        kind: Of the records in it.
        rows: Reads it.
        asked_by: What it can be asked for: ``made``, ``edited`` or ``nothing``.
        why: What that means for how soon a change is found, for people.
        listened: The kind that a flow must listen to so that it is polled; None polls it always.
        seen_as: Under which name its rows are remembered.
        ascending: Its rows come oldest edit first, so a page that was kept need not be read again.
        scans: A look at everything shows every id, so what is missing may be deleted.
        prefix: What the ids of its records begin with.
        parts: The kind of what belongs to its records and is in no list.
        page_rows: Rows that are asked for at once.
        overlap_rows: Rows that each page repeats of the one before.
        counted: Its answers say how long the list is.
        calls_per_row: Further calls for every row.
        backfills: What is older than our listening makes deliveries too.
    """

    name: str
    kind: str
    rows: Callable[[View], AsyncIterator[Row]]
    asked_by: str
    why: str
    listened: str | None = None
    seen_as: str | None = None
    ascending: bool = False
    scans: bool = False
    prefix: str = ""
    parts: str | None = None
    page_rows: int = 100
    overlap_rows: int = 3
    counted: bool = True
    calls_per_row: int = 0
    backfills: bool = False

    @property
    def ages(self) -> tuple[str, ...]:
        """The classes that it is looked at in, narrowest first."""
        return (WHOLE,) if self.asked_by == BY_NOTHING else DATED

    def calls(self, rows: int | None) -> int:
        """How many calls a look costs that gives so many rows; None before the first look."""
        read = calls_for(
            rows or 0, page_rows=self.page_rows, overlap_rows=self.overlap_rows, counted=self.counted
        )
        return read + self.calls_per_row * (rows or 0)

    def at(self, row: Row) -> datetime | None:
        """The time of a row that its class goes by."""
        return row.made if self.asked_by == BY_MADE else row.edited


def begins(stream: Stream, age: str, now: datetime, *, skew: timedelta) -> datetime | None:
    """Return where a class of a list begins; None where it has no beginning.

    A list that is asked for by creation takes whole UTC days, and one day more makes up for how a provider counts them.
    """
    if age not in REACH:
        return None
    start = now - REACH[age] - abs(skew)
    if stream.asked_by == BY_MADE:
        return datetime.combine((start - _DAY).astimezone(UTC).date(), time(), UTC)
    # What is recent in a list that is asked for by edits are the edits since the last look.
    return now - OVERLAP - abs(skew) if age == RECENT else start


def covered(stream: Stream, age: str) -> tuple[str, ...]:
    """The classes that a look at one of them covers."""
    every = stream.ages
    return every[: every.index(age) + 1]
