"""Lists of runs: found by an index where what is sought is rare, else from the newest one back, and not for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.core.list_positions import Position
from orderbridge.store.database import Tx

# What so many runs at most have in common is looked up, and the answer is whole.
FEW = 2_000
# What more have is met soon on the way back from the newest; where it is not, the way ends after so many runs.
FURTHEST = 20_000
# Within the transaction: no table is read from end to end, and of a word that very many runs have the index gives some.
_BOUNDED = """
    SELECT set_config('enable_seqscan', 'off', true), set_config('gin_fuzzy_search_limit', $1, true)
"""
# The index guesses how many it has; so far above the few a wrong guess takes nothing from an answer that is whole.
_CERTAINLY_MANY = 50
_RARE_STATES = {
    "running": "state = 'running'",
    "waiting": "state = 'waiting'",
    "dead": "state = 'dead'",
    "cancelled": "state = 'cancelled'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which runs are wanted; what is None is not asked for.

    Attributes:
        words: All of them must be met, in lower case.
        kind: Of the record that the run was for, such as ``order``.
        amounts: Each, given as it was written and as an amount, must be met as a word or be the run's amount.
        after: The start and id of the last run that was looked at; only older ones follow.
    """

    words: Sequence[str] = ()
    amounts: Sequence[tuple[str, Decimal]] = ()
    currency: str | None = None
    state: str | None = None
    flow: str | None = None
    kind: str | None = None
    cause: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Runs, newest first.

    Attributes:
        rows: Each with the record that it was for.
        looked_to: The start and id of the run at which the search ended although the page was not full; None where
            everything was looked at, or the page is full.
    """

    rows: list[dict[str, Any]]
    looked_to: Position | None


async def listed(tx: Tx, sought: Sought, *, limit: int, few: int = FEW, furthest: int = FURTHEST) -> Listed:
    """List runs, newest first.

    Args:
        tx: A transaction; until its end no table is read from end to end.
        sought: Which.
        limit: So many at most.
        few: What so many have in common is looked up.
        furthest: Else so many runs are looked at.
    """
    await bound(tx, few)
    flows = None if sought.flow is None else await _flows(tx, sought.flow)
    among = await _rare(tx, sought, few)
    statement, values = _query(sought, flows, among, limit=limit, furthest=furthest)
    rows = [dict(row) for row in await tx.fetch(statement, *values)]
    if among is not None or len(rows) == limit:
        return Listed(rows, None)
    return Listed(rows, await _end(tx, sought, flows, furthest))


async def bound(tx: Tx, few: int = FEW) -> None:
    """Until the transaction's end no table is read from end to end, and of a frequent word the index gives some."""
    await tx.execute(_BOUNDED, str(_CERTAINLY_MANY * few))


async def _rare(tx: Tx, sought: Sought, few: int) -> list[str] | None:
    """Return the runs that meet one part of what is sought, if they are few; None where many meet every part."""
    asked: list[tuple[str, list[Any]]] = []
    for written, amount in sought.amounts:
        statement = """
            (SELECT run_id AS id FROM run_search WHERE amount = $1::numeric LIMIT $3)
            UNION (SELECT run_id FROM run_search WHERE words @> $2::text[] LIMIT $3)
        """
        asked.append((statement, [amount, [written], few + 1]))
    if sought.state in _RARE_STATES:
        statement = f"SELECT id FROM runs WHERE {_RARE_STATES[sought.state]} LIMIT $1"  # noqa: S608 (constants)
        asked.append((statement, [few + 1]))
    if sought.words:
        statement = "SELECT run_id AS id FROM run_search WHERE words @> $1::text[] LIMIT $2"
        asked.append((statement, [list(sought.words), few + 1]))
    for statement, values in asked:
        found = [row["id"] for row in await tx.fetch(statement, *values)]
        if len(found) <= few:
            return found
    return None


async def _flows(tx: Tx, name: str) -> list[str]:
    rows = await tx.fetch("SELECT id FROM flows WHERE name = $1 OR starts_with(name, $1 || ' (')", name)
    return [row["id"] for row in rows]


async def _end(tx: Tx, sought: Sought, flows: list[str] | None, furthest: int) -> Position | None:
    """Return the last run that was looked at, None where there are no further ones."""
    values: list[Any] = []
    way = _way(sought, flows, values, furthest + 1)
    last = await tx.fetch(
        f"SELECT started_at, id FROM ({way}) AS way ORDER BY started_at DESC, id DESC"  # noqa: S608 (constants)
        f" OFFSET {_given(values, furthest - 1)} LIMIT 2",
        *values,
    )
    return (last[0]["started_at"], last[0]["id"]) if len(last) == 2 else None


def _query(
    sought: Sought, flows: list[str] | None, among: list[str] | None, *, limit: int, furthest: int
) -> tuple[str, list[Any]]:
    """Return the statement and its values: only what is asked for stands in it."""
    values: list[Any] = []
    if among is None:
        source = _way(sought, flows, values, furthest)
        wanted: list[str] = []
    else:
        source = f"SELECT * FROM runs WHERE id = ANY({_given(values, among)}::text[])"  # noqa: S608
        wanted = _times(sought, values)
    if sought.words:
        wanted.append(f"run_search.words @> {_given(values, list(sought.words))}::text[]")
    for written, amount in sought.amounts:
        word = f"run_search.words @> {_given(values, [written])}::text[]"
        wanted.append(f"(run_search.amount = {_given(values, amount)}::numeric OR {word})")
    if sought.currency is not None:
        wanted.append(f"run_search.currency = {_given(values, sought.currency.upper())}")
    exact = (("runs.state", sought.state), ("runs.cause", sought.cause), ("events.kind", sought.kind))
    for column, value in exact:
        if value is not None:
            wanted.append(f"{column} = {_given(values, value)}")
    if flows is not None:
        wanted.append(f"runs.flow_id = ANY({_given(values, flows)}::text[])")
    by_content = sought.words or sought.amounts or sought.currency
    searched = "JOIN run_search ON run_search.run_id = runs.id" if by_content else ""
    statement = f"""
        SELECT runs.id, flows.name AS flow, runs.flow_version, events.id AS event_id, events.type, events.kind,
               events.record_id, runs.state, runs.reason, runs.cause, runs.held_amount, runs.held_currency,
               runs.attempts, runs.wake_at, runs.replayed_from, runs.started_at, runs.finished_at
        FROM ({source}) AS runs {searched} JOIN events ON events.id = runs.event_id
        LEFT JOIN flows ON flows.id = runs.flow_id
        {"WHERE " + " AND ".join(wanted) if wanted else ""}
        ORDER BY runs.started_at DESC, runs.id DESC LIMIT {_given(values, limit)}
        """  # noqa: S608 (the parts are constants, the values parameters)
    return statement, values


def _way(sought: Sought, flows: list[str] | None, values: list[Any], furthest: int) -> str:
    """Return the statement that goes back from the newest run, by the narrowest index that there is."""
    wanted = _times(sought, values)
    if sought.cause is not None:
        wanted.append(f"runs.cause = {_given(values, sought.cause)}")
    elif flows is not None:
        wanted.append("runs.flow_id = its.id")
    some = f"""
        SELECT runs.* FROM runs {"WHERE " + " AND ".join(wanted) if wanted else ""}
        ORDER BY runs.started_at DESC, runs.id DESC LIMIT {_given(values, furthest)}
    """  # noqa: S608
    if sought.cause is not None or flows is None:
        return some
    return f"""
        SELECT way.* FROM unnest({_given(values, flows)}::text[]) AS its(id) CROSS JOIN LATERAL ({some}) AS way
        ORDER BY way.started_at DESC, way.id DESC LIMIT {_given(values, furthest)}
    """  # noqa: S608


def _times(sought: Sought, values: list[Any]) -> list[str]:
    wanted = []
    if sought.since is not None:
        wanted.append(f"runs.started_at >= {_given(values, sought.since)}")
    if sought.until is not None:
        wanted.append(f"runs.started_at < {_given(values, sought.until)}")
    if sought.after is not None:
        moment, run_id = sought.after
        wanted.append(f"(runs.started_at, runs.id) < ({_given(values, moment)}, {_given(values, run_id)})")
    return wanted


def _given(values: list[Any], value: Any) -> str:
    values.append(value)
    return f"${len(values)}"
