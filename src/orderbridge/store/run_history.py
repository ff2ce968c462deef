"""What runs did, found again: lists, searches, one run with everything that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which runs are wanted; what is None is not asked for.

    Attributes:
        words: All of them must be met, in lower case.
        amounts: Each, given as it was written and as an amount, must be met as a word or be the run's amount.
        after: The start and id of the last run that was shown; only older ones follow.
    """

    words: Sequence[str] = ()
    amounts: Sequence[tuple[str, Decimal]] = ()
    currency: str | None = None
    state: str | None = None
    flow: str | None = None
    cause: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None


async def listed(tx: Tx, sought: Sought, *, limit: int) -> list[dict[str, Any]]:
    """List runs, newest first, with the record that each was for."""
    statement, values = query(sought, limit=limit)
    return [dict(row) for row in await tx.fetch(statement, *values)]


def query(sought: Sought, *, limit: int) -> tuple[str, list[Any]]:
    """Return the statement and its values: only what is asked for stands in it, so that an index can answer it."""
    values: list[Any] = []

    def given(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    wanted: list[str] = []
    if sought.words:
        wanted.append(f"run_search.words @> {given(list(sought.words))}::text[]")
    for written, amount in sought.amounts:
        word = f"run_search.words @> {given([written])}::text[]"
        wanted.append(f"(run_search.amount = {given(amount)}::numeric OR {word})")
    if sought.currency is not None:
        wanted.append(f"run_search.currency = {given(sought.currency.upper())}")
    for column, value in (("runs.state", sought.state), ("runs.cause", sought.cause)):
        if value is not None:
            wanted.append(f"{column} = {given(value)}")
    if sought.flow is not None:
        name = given(sought.flow)
        named = f"name = {name} OR starts_with(name, {name} || ' (')"
        wanted.append(f"runs.flow_id IN (SELECT id FROM flows WHERE {named})")  # noqa: S608
    if sought.since is not None:
        wanted.append(f"runs.started_at >= {given(sought.since)}")
    if sought.until is not None:
        wanted.append(f"runs.started_at < {given(sought.until)}")
    if sought.after is not None:
        moment, run_id = sought.after
        wanted.append(f"(runs.started_at, runs.id) < ({given(moment)}, {given(run_id)})")
    by_content = sought.words or sought.amounts or sought.currency
    searched = "JOIN run_search ON run_search.run_id = runs.id" if by_content else ""
    statement = f"""
        SELECT runs.id, flows.name AS flow, runs.flow_version, events.id AS event_id, events.type, events.kind,
               events.record_id, runs.state, runs.reason, runs.cause, runs.held_amount, runs.held_currency,
               runs.attempts, runs.wake_at, runs.replayed_from, runs.started_at, runs.finished_at
        FROM runs {searched} JOIN events ON events.id = runs.event_id LEFT JOIN flows ON flows.id = runs.flow_id
        {"WHERE " + " AND ".join(wanted) if wanted else ""}
        ORDER BY runs.started_at DESC, runs.id DESC LIMIT {given(limit)}
        """  # noqa: S608 (the parts are constants, the values parameters)
    return statement, values


async def ids_beginning(tx: Tx, given: str) -> list[str]:
    """Return the ids that begin with ``given``, two at most."""
    rows = await tx.fetch(
        "SELECT id FROM runs WHERE starts_with(id, $1) ORDER BY id = $1 DESC LIMIT 2", given
    )
    found = [row["id"] for row in rows]
    return found[:1] if given in found else found


async def show(tx: Tx, run_id: str) -> JsonObject | None:
    """Return one run with its event, its steps and their failed attempts, its receipts, and its replays."""
    run = await tx.fetchrow(
        "SELECT runs.*, flows.name AS flow FROM runs LEFT JOIN flows ON flows.id = flow_id WHERE runs.id = $1",
        run_id,
    )
    if run is None:
        return None
    event = await tx.fetchrow(
        "SELECT id, type, kind, record_id, revision, source, state, change, accepted_at, outcome, reason"
        " FROM events WHERE id = $1",
        run["event_id"],
    )
    steps = [
        dict(row)
        for row in await tx.fetch("SELECT * FROM steps WHERE run_id = $1 ORDER BY finished_at, path", run_id)
    ]
    attempts = [
        dict(row)
        for row in await tx.fetch(
            "SELECT path, attempt, input, error, cause, took_s, edited, times, first_at, last_at"
            " FROM step_attempts WHERE run_id = $1 ORDER BY path, attempt",
            run_id,
        )
    ]
    for step in steps:
        step["failed_attempts"] = [
            {key: value for key, value in item.items() if key != "path"}
            for item in attempts
            if item["path"] == step["path"]
        ]
    receipts = await tx.fetch("SELECT * FROM receipts WHERE run_id = $1 ORDER BY settled_at", run_id)
    replays = await tx.fetch(
        "SELECT id, flow_version, state, reason, started_at FROM runs"
        " WHERE event_id = $1 AND flow_id = $2 AND id <> $3 ORDER BY started_at",
        run["event_id"],
        run["flow_id"],
        run_id,
    )
    return dict(run) | {
        "event": dict(event) if event else None,
        "steps": steps,
        "receipts": [dict(row) for row in receipts],
        "other_runs": [dict(row) for row in replays],
    }


async def dead_groups(tx: Tx) -> list[dict[str, Any]]:
    """Group dead runs by cause and currency, the most money first."""
    rows = await tx.fetch(
        """
        SELECT cause, held_currency AS currency, count(*) AS runs, sum(held_amount) AS held,
               min(reason) AS example
        FROM runs WHERE state = 'dead' GROUP BY cause, held_currency
        ORDER BY sum(held_amount) DESC NULLS LAST, count(*) DESC
        """
    )
    return [dict(row) for row in rows]
