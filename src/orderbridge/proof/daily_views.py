"""How far the closing of each morning has come: the same for the command line and over HTTP."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.store import connections, daily
from orderbridge.store.daily import CLOSE, Last
from orderbridge.store.database import Tx


async def overview(tx: Tx) -> list[JsonObject]:
    """Return for each pair of accounts the last day that was closed by itself, and why a later one waits."""
    every = await daily.last(tx)
    names = {item.id: item.name for item in await connections.every(tx)}
    stated = {item.connection_id: item for item in every if item.job != CLOSE}
    return [
        {
            "location": names[item.connection_id],
            "database": names[item.target_id],
            "day": _day(item.day),
            "state": item.state,
            "line": item.line,
            "closed_at": item.settled_at.isoformat(timespec="seconds") if item.settled_at else None,
            "waits_since": _day(item.waits),
            "waits_for": item.reason,
            "left_until": _day(item.left),
            "statements": [
                _statement(names[key], stated[key])
                for key in (item.connection_id, item.target_id)
                if key in stated
            ],
        }
        for item in every
        if item.job == CLOSE and item.connection_id in names and item.target_id in names
    ]


def _statement(name: str, item: Last) -> JsonObject:
    return {
        "connection": name,
        "day": _day(item.day),
        "missing": item.missing,
        "made_at": item.settled_at.isoformat(timespec="seconds") if item.settled_at else None,
        "waits_since": _day(item.waits),
        "waits_for": item.reason,
        "left_until": _day(item.left),
    }


def _day(day: object) -> str | None:
    return None if day is None else str(day)
