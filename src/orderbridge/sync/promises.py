"""What polling promises, in words and numbers, and what the owner wants of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.sync.ages import INTERVALS, MONTH, OLDER, RECENT, WHOLE, Line, Paces, in_words
from orderbridge.sync.pacing import SETTING, Pacing, paces_of
from orderbridge.sync.rows import BY_EDITED
from orderbridge.sync.streams import SKEW_SHOWN

_PARTS_WHY = "in no list: read with their order when its row moves, and order by order in slices"
_OF_AGE = {RECENT: "of the last 2 days", MONTH: "of the last 35 days", OLDER: "of any age"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One class of one list.

    Attributes:
        interval_s: Between two looks.
        within_s: A change is found within this time, because a round begins only now and then.
        wanted_s: What is wanted, where the budget allows it.
        calls_per_look: Of a look at all of it; for what is read in slices, of all slices together.
        promise: In words.
        why: Why the list is read like that.
    """

    stream: str
    age: str
    rows: int | None
    interval_s: float
    within_s: float
    wanted_s: float
    calls_per_look: int
    calls_per_day: float
    promise: str
    why: str
    looked_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """A list from which so much vanished at once that a person has to say what it means.

    Attributes:
        missing: So many of its ``known`` records are not shown any more.
    """

    stream: str
    missing: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How one connection is polled.

    Attributes:
        allowed_per_day: Calls that polling may use; None where nothing is limited.
        monthly: Every record is looked at at least once in 30 days.
        notes: What a person should know: a share that is too small, rows that we may not see, a clock that is off.
        vanished: The lists that ``confirm_deleted`` takes.
    """

    connection: str
    paces: Paces
    allowed_per_day: float | None
    calls_per_day: float
    monthly: bool
    promises: tuple[Promise, ...]
    notes: tuple[str, ...]
    vanished: tuple[Vanished, ...] = ()

    def as_object(self) -> JsonObject:
        """Return it for programs; times in seconds."""
        return {
            "connection": self.connection,
            "settings": asdict(self.paces),
            "allowed_per_day": _whole(self.allowed_per_day),
            "calls_per_day": _whole(self.calls_per_day),
            "monthly": self.monthly,
            "notes": list(self.notes),
            "vanished": [asdict(item) for item in self.vanished],
            "promises": [_as_object(item) for item in self.promises],
        }


async def overviews(tx: Tx, runtime: Runtime) -> list[Overview]:
    """Return how every connection is polled, by name."""
    return [await overview(tx, runtime, item) for item in await connections.every(tx)]


async def overview(tx: Tx, runtime: Runtime, connection: Connection) -> Overview:
    """Return how a connection is polled."""
    pacing = await Pacing.of(tx, runtime, connection)
    why = {item.name: item for item in pacing.streams}
    found = []
    for line in pacing.plan.lines:
        stream = why.get(line.load.stream)
        within_s = _within_s(line, pacing.paces)
        by_edits = stream is not None and stream.asked_by == BY_EDITED
        found.append(
            Promise(
                stream=line.load.stream,
                age=line.load.age,
                rows=line.load.rows,
                interval_s=line.interval_s,
                within_s=within_s,
                wanted_s=line.load.wanted_s,
                calls_per_look=line.load.calls,
                calls_per_day=line.calls_per_day,
                promise=_in_words(line, within_s, by_edits=by_edits),
                why=_PARTS_WHY if stream is None else stream.why,
                looked_at=pacing.checkpoints[line.load.stream].read_at(line.load.age),
                due_at=pacing.due_at(line.load.stream, line.load.age),
            )
        )
    return Overview(
        connection=connection.name,
        paces=pacing.paces,
        allowed_per_day=pacing.plan.allowed_per_day,
        calls_per_day=pacing.plan.calls_per_day,
        monthly=pacing.plan.monthly,
        promises=tuple(found),
        notes=tuple(_notes(connection, pacing)),
        vanished=tuple(
            Vanished(stream=stream, missing=int(gone["missing"]), known=int(gone["known"]))
            for stream, checkpoint in pacing.checkpoints.items()
            if (gone := checkpoint.cursor.get("gone")) and gone["suspicious"]
        ),
    )


async def of_name(tx: Tx, runtime: Runtime, name: str) -> Overview:
    """Return how the connection of a name is polled.

    Raises:
        SetupError: There is none.
    """
    return await overview(tx, runtime, await connections.named(tx, name))


async def change(tx: Tx, runtime: Runtime, name: str, wanted: Mapping[str, float]) -> Overview:
    """Change how often a connection wants its records looked at again; takes effect with the next round.

    Args:
        tx: The transaction.
        runtime: The opened accounts.
        name: Of the connection.
        wanted: Seconds by the names of ``Paces``, and ``share`` from 0.01 to 1; what is not named stays.

    Raises:
        SetupError: There is no such connection.
        FlowError: An interval or the share is out of its range, or nothing is to be changed.
    """
    if not wanted:
        raise FlowError(
            f"polling: nothing to change was given; it may be {', '.join((*INTERVALS, 'share'))}",
            cause="poll.pace",
        )
    connection = await connections.named(tx, name)
    stored = dict(connection.config.get(SETTING, {})) | dict(wanted)
    # What does not fit together is refused before it is kept.
    Paces(**(asdict(paces_of(connection, recent_s=runtime.poll_interval_s)) | dict(wanted)))
    await connections.set_config(tx, connection.id, {SETTING: stored})
    return await overview(tx, runtime, await connections.by_id(tx, connection.id))


async def confirm_deleted(tx: Tx, runtime: Runtime, name: str, stream: str) -> int:
    """Say that what is missing in a list was deleted; the next look at all of it takes it so.

    Returns:
        How many records were missing when all of it was looked at last.

    Raises:
        SetupError: There is no such connection.
        FlowError: Nothing suspicious is missing in such a list.
    """
    connection = await connections.named(tx, name)
    checkpoint = (await Pacing.of(tx, runtime, connection)).checkpoints.get(stream)
    gone = (checkpoint.cursor.get("gone") if checkpoint else None) or {}
    if checkpoint is None or not gone.get("suspicious"):
        raise FlowError(
            f"{name}: no list {stream!r} from which so much vanished that it has to be confirmed; "
            "see 'orderbridge polling show'",
            cause="poll.nothing_to_confirm",
        )
    # Its look at everything is due at once.
    ages = {age: mark for age, mark in checkpoint.cursor["ages"].items() if age not in (OLDER, WHOLE)}
    await checkpoint.save(tx, {"confirmed": True, "ages": ages})
    return int(gone["missing"])


def _within_s(line: Line, paces: Paces) -> float:
    """A class is looked at in the first round after its time has come."""
    rounds = -(-round(line.interval_s - 2.0, 3) // paces.recent_s)
    whole = max(1.0, rounds) * paces.recent_s
    # A slice comes round once in the interval, and then waits for its round.
    return whole + paces.recent_s if line.load.parts else whole


def _in_words(line: Line, within_s: float, *, by_edits: bool) -> str:
    age, within = line.load.age, in_words(within_s)
    if line.load.parts:
        said = f"what moves no row (a tracking number) of orders {_OF_AGE[age]}: within {within}"
    elif age == WHOLE:
        said = f"any change or deletion: within {within}"
    elif by_edits:
        said = {
            RECENT: f"any edit, whatever the age of the record: within {within}",
            MONTH: f"an edit that arrives up to 35 days late: within {within}",
            OLDER: f"a deletion, and all else: within {within}",
        }[age]
    else:
        said = f"a change of a record {_OF_AGE[age]}: within {within}"
    if line.stretched:
        said += f" ({in_words(line.load.wanted_s)} is wanted, and costs more calls than polling may use)"
    return said


def _notes(connection: Connection, pacing: Pacing) -> list[str]:
    name, found = connection.name, []
    if not pacing.plan.monthly:
        found.append(
            "not every record can be looked at once a month within the calls that polling may use; give it a larger "
            f"share: 'orderbridge polling set {name} --share PERCENT'"
        )
    for stream, checkpoint in pacing.checkpoints.items():
        cursor = checkpoint.cursor
        if error := cursor.get("error"):
            found.append(
                f"{stream} could not be read at {error['at'][:16]}: {error['reason']} ({error['cause']})"
            )
        if (gone := cursor.get("gone")) and gone["suspicious"]:
            found.append(
                f"{stream}: {gone['missing']} of {gone['known']} known records are not shown to our user any more "
                "(poll.rows_hidden), so none of them is taken as deleted; give the user access to them, or, if they "
                f"were deleted, say so: 'orderbridge polling confirm {name} {stream}'"
            )
    off_s = max(
        (int(item.cursor.get("skew_s", 0)) for item in pacing.checkpoints.values()), key=abs, default=0
    )
    if abs(off_s) > SKEW_SHOWN.total_seconds():
        way = "ahead of" if off_s > 0 else "behind"
        found.append(
            f"the provider's clock is {in_words(abs(off_s))} {way} ours (poll.clock_skew); what is read again covers "
            "it, but set this machine's clock right"
        )
    return found


def _as_object(item: Promise) -> JsonObject:
    found: JsonObject = asdict(item)
    for key in ("interval_s", "within_s", "wanted_s", "calls_per_day"):
        found[key] = _whole(found[key])
    for key in ("looked_at", "due_at"):
        found[key] = found[key].isoformat(timespec="seconds") if found[key] else None
    return found


def _whole(value: float | None) -> int | None:
    # Rounded up: a promise is not made shorter, a cost not smaller than it is.
    return None if value is None else -int(-round(value, 6) // 1)
