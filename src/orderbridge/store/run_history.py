"""What runs did: one run with everything that is known of it, and what needs a person."""

from __future__ import annotations

from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


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
        """
        SELECT id, type, events.kind, events.record_id, events.revision, source, state, change, events.accepted_at,
               outcome, reason, arrivals.changed_at AS happened_at, arrivals.others AS also_by,
               (SELECT jsonb_build_object('id', inbox.id, 'source', inbox.source, 'received_at', inbox.received_at)
                FROM inbox WHERE inbox.record_id = events.record_id AND inbox.connection_id = events.connection_id
                  AND inbox.kind = events.kind AND inbox.received_at <= events.accepted_at
                ORDER BY inbox.id DESC LIMIT 1) AS delivery
        FROM events LEFT JOIN arrivals USING (connection_id, kind, record_id, revision) WHERE id = $1
        """,
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
