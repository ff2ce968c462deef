"""Closed days as programs are given them: the same for the command line and over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.proof.shown import amount
from orderbridge.store import closes
from orderbridge.store.closes import Close
from orderbridge.store.database import Database


def day_of_text(text: str | None) -> date | None:
    """Read a day.

    Raises:
        FlowError: It is none.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FlowError(f"{text!r} is no day; write it as 2026-01-31", cause="close.day") from error


def as_object(close: Close) -> JsonObject:
    """Return a closed day without its details."""
    return {
        "day": close.day.isoformat(),
        "state": close.shown_state,
        "closed_as": close.state,
        "location": close.source,
        "database": close.target,
        "zone": close.zone,
        "edition": close.edition,
        "closed_at": close.closed_at.isoformat(),
        "reopened_at": None if close.reopened_at is None else close.reopened_at.isoformat(),
        "changed_since": close.changes,
    } | {name: value for name, value in close.document.items() if name not in ("zone", "findings")}


async def one_day(db: Database, close: Close) -> JsonObject:
    """Return a closed day with its differences and with what changed since."""
    async with db.read() as tx:
        found = await closes.differences(tx, close.id)
        later = await closes.changes(tx, close.id)
    return as_object(close) | {
        "differences": [item for money, item in found if money],
        "findings": [item for money, item in found if not money],
        "changes": changes_of(later),
    }


def changes_of(rows: list[dict[str, Any]]) -> list[JsonObject]:
    """Return what changed after a day was closed."""
    return [
        {
            "order_id": row["sale"],
            "record": row["record"],
            "measure": row["measure"],
            "currency": row["currency"],
            "noticed_at": row["noticed_at"].isoformat(),
            "highlevel": {
                "before": amount(row["highlevel_before"], row["currency"]),
                "after": amount(row["highlevel_after"], row["currency"]),
            },
            "act": {
                "before": amount(row["act_before"], row["currency"]),
                "after": amount(row["act_after"], row["currency"]),
            },
        }
        for row in rows
    ]
