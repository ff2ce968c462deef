"""What came on one day and by which way, what should have come, and what is missing.

Two counts stand side by side, and each adds up by construction. *Changes*: those that came, by the way that brought
them first, and those that are missing. *Records*: those that the provider's lists show for the day, as agreeing with
ours or as one of the gaps.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime

from orderbridge.catalogue.changes import DELETED
from orderbridge.catalogue.ghl.order_bundle import FULFILMENT, ORDER
from orderbridge.catalogue.reading import is_known
from orderbridge.core.business_day import bounds
from orderbridge.core.errors import OrderBridgeError, ReconnectError
from orderbridge.core.jsonio import fingerprint
from orderbridge.core.log import get
from orderbridge.engine.listening import Listening, listening
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.time_zones import time_zone
from orderbridge.proof import expected
from orderbridge.proof.completeness_statement import (
    IN_WORK,
    MISSING,
    NEEDS_A_PERSON,
    STALE,
    UNREADABLE,
    Completeness,
    Gap,
    KindStatement,
)
from orderbridge.proof.expected import Asked, Listed
from orderbridge.store import arrivals, flows, lanes
from orderbridge.store.arrivals import Known
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.inbox import DEAD, lane_key

log = get(__name__)

_BATCH = 500
# Of a kind, and how many of its records were read so far.
OnProgress = Callable[[str, int], None]
# Told in the transaction of a statement before it is kept; an error of it undoes that.
Keeping = Callable[[Tx, Completeness], Awaitable[None]]


async def completeness(
    runtime: Runtime,
    connection: Connection,
    day: date,
    *,
    with_fulfilments: bool = True,
    on_progress: OnProgress | None = None,
    keeping: Keeping | None = None,
) -> Completeness:
    """Ask a provider's lists for one business day, compare them with what came, and keep the statement.

    Args:
        runtime: The opened accounts.
        connection: Whose day.
        day: In the connection's time zone.
        with_fulfilments: Ask for them too: HighLevel has no list of them, so each order that was handed over costs a
            call.
        on_progress: Told of each kind and how many of its records were read so far.
        keeping: Told of the statement in its transaction.
    """
    zone = await time_zone(runtime, connection)
    begins, ends = bounds(day, zone.zone)
    result = Completeness(
        connection=connection.name,
        system=connection.system,
        day=day,
        time_zone=zone.name,
        made_at=runtime.clock.now(),
        notes=[zone.note] if zone.note else [],
    )
    if begins >= result.made_at:
        result.notes.append("this day has not begun")
    else:
        if ends > result.made_at:
            result.notes.append("this day is not over")
        async with runtime.db.read() as tx:
            asked_at = await lanes.now(tx)
            wanted = listening(await flows.enabled_for(tx, connection.id))
        asked = Asked(runtime=runtime, connection=connection, listening=wanted, begins=begins, ends=ends)
        listed = await _listed(asked, result, with_fulfilments, on_progress)
        for kind, rows in listed.items():
            await _compare(asked, result.of(kind), rows, asked_at)
        await _count(asked, result)
    async with runtime.db.begin() as tx:
        if keeping is not None:
            await keeping(tx, result)
        before = await arrivals.statements(tx, connection.id, day, limit=1)
        if before:
            result.before = (before[0].made_at, int(before[0].statement["missing"]))
        await arrivals.keep(
            tx,
            connection.id,
            day,
            time_zone=zone.name,
            made_at=result.made_at,
            complete=result.complete,
            statement=result.as_json(),
        )
    return result


async def _listed(
    asked: Asked, result: Completeness, with_fulfilments: bool, on_progress: OnProgress | None
) -> dict[str, list[Listed]]:
    sources = expected.sources(asked.connection.system, asked.listening)
    if not sources:
        result.notes.append("no flow listens to this account, so no list of it is asked")
    found: dict[str, list[Listed]] = {}
    for kind, rows in sources.items():
        await _read(asked, result, kind, rows, found, on_progress)
    if asked.connection.system == "ghl" and ORDER in found:
        if with_fulfilments:
            orders = found[ORDER]
            await _read(
                asked, result, FULFILMENT, lambda one: expected.fulfilments(one, orders), found, on_progress
            )
        else:
            result.of(FULFILMENT).not_asked = "they were left out on request"
    return found


async def _read(
    asked: Asked,
    result: Completeness,
    kind: str,
    rows: expected.Rows,
    found: dict[str, list[Listed]],
    on_progress: OnProgress | None,
) -> None:
    statement, read = result.of(kind), []
    try:
        async for row in rows(asked):
            read.append(row)
            if on_progress is not None:
                on_progress(kind, len(read))
    except OrderBridgeError as error:
        # Half a list proves nothing; the other lists may still be read.
        statement.not_asked = str(error)
        log.warning(
            "a list could not be asked", connection=asked.connection.name, kind=kind, reason=str(error)
        )
        if isinstance(error, ReconnectError):
            await asked.runtime.broke(asked.connection.id, error)
        return
    # Twice in a list is once in the world: the first row is the newest.
    found[kind] = list({row.record_id: row for row in reversed(read)}.values())[::-1]


async def _compare(
    asked: Asked, statement: KindStatement, rows: Sequence[Listed], asked_at: datetime
) -> None:
    connection = asked.connection
    statement.listed = len(rows)
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        keys = [(row.record_id, lane_key(connection.id, *row.lane) if row.lane else None) for row in batch]
        async with asked.runtime.db.read() as tx:
            known = await arrivals.known(tx, connection.id, statement.kind, keys)
        for row in batch:
            _judge(asked.connection.system, asked.listening, statement, row, known[row.record_id], asked_at)


def _judge(
    system: str,
    wanted: Listening,
    statement: KindStatement,
    row: Listed,
    known: Known,
    asked_at: datetime,
) -> None:
    if row.unreadable is not None:
        statement.gaps.append(Gap(row.record_id, UNREADABLE, row.unreadable))
        return
    if known.state is None and row.passed is not None:
        statement.passed += 1
        return
    if (
        known.state is None
        and row.kind not in _ALWAYS
        and is_known(system, row.state, wanted.since.get(row.kind))
    ):
        statement.earlier += 1
        return
    differing = _differing(row, known)
    if known.state is not None and (not differing or (known.accepted_at and known.accepted_at > asked_at)):
        statement.agreeing += 1
    elif known.open is not None:
        why = known.reason or "it was told and is not read yet"
        statement.gaps.append(Gap(row.record_id, NEEDS_A_PERSON if known.open == DEAD else IN_WORK, why))
    elif known.state is None:
        statement.gaps.append(Gap(row.record_id, MISSING, "nothing that came is about it"))
    else:
        statement.gaps.append(Gap(row.record_id, STALE, "; ".join(differing)))


# Carried over from the beginning, whether or not a flow listened then.
_ALWAYS = frozenset({"order", "transaction", "subscription", "fulfilment"})


def _differing(row: Listed, known: Known) -> list[str]:
    state = known.state or {}
    if state.get(DELETED):
        return ["it was deleted, and is there again"]
    return [
        f"{name} is {_short(value)} there and {_short(state[name])} with us"
        for name, value in row.facts.items()
        # What only one of the two ways of reading shows is no difference.
        if name in state and fingerprint(value) != fingerprint(state[name])
    ]


def _short(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


async def _count(asked: Asked, result: Completeness) -> None:
    connection_id, begins, ends = asked.connection.id, asked.begins, asked.ends
    async with asked.runtime.db.read() as tx:
        tallies = await arrivals.tallies(tx, connection_id, begins, ends)
        also = await arrivals.also(tx, connection_id, begins, ends)
    for tally in tallies:
        statement = result.of(tally.kind)
        statement.ways[tally.way] = statement.ways.get(tally.way, 0) + tally.changes
        statement.undated += tally.undated
        if tally.told and tally.way == arrivals.POLL and asked.connection.system == "ghl":
            statement.recovered += tally.changes
        statement.slowest_s = _slowest((statement.slowest_s, tally.slowest_s))
    for (kind, way), changes in also.items():
        result.of(kind).also[way] = changes


def _slowest(known: Iterable[float | None]) -> float | None:
    return max((item for item in known if item is not None), default=None)
