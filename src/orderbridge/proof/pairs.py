"""Which two accounts are compared: those that a flow joins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from orderbridge.core.errors import SetupError
from orderbridge.store import connections, flows, sandboxes
from orderbridge.store.connections import Connection
from orderbridge.store.database import Database, Tx
from orderbridge.store.flows import StoredFlow


async def joined_connections(db: Database) -> list[tuple[Connection, Connection]]:
    """Return the pairs of a HighLevel and an Act! connection that flows join, in whichever direction.

    Those of a sandbox that has ended are none of them: nobody can ask their accounts any more.

    Raises:
        SetupError: There is none.
    """
    async with db.begin() as tx:
        every = await _in_use(tx)
        found = _joined(every, await flows.every(tx))
    if not found:
        raise SetupError("no flow joins two connections yet; 'orderbridge templates enable …'")
    return found


async def chosen_pairs(
    db: Database, *, location: str | None = None, database: str | None = None
) -> list[tuple[Connection, Connection]]:
    """Return those of the joined pairs that are meant.

    Args:
        db: Holds the flows.
        location: Name of the HighLevel connection; any without it.
        database: Name of the Act! connection; any without it.

    Raises:
        SetupError: There is none.
    """
    found = [
        (source, target)
        for source, target in await joined_connections(db)
        if location in (None, source.name) and database in (None, target.name)
    ]
    if not found:
        raise SetupError(
            f"no flow joins {location or 'any location'} and {database or 'any database'}; GET /api/home names the "
            "pairs that are joined",
            cause="close.pair",
        )
    return found


async def joined_since(db: Database) -> list[tuple[Connection, Connection, datetime]]:
    """Return the pairs, each with when the first flow that joins them was published; none is no error."""
    async with db.begin() as tx:
        every = await _in_use(tx)
        stored = await flows.every(tx)
    return [
        (one, other, min(item.created_at for item in stored if _joins(item, one, other)))
        for one, other in _joined(every, stored)
    ]


async def _in_use(tx: Tx) -> dict[str, Connection]:
    ended = await sandboxes.ended_connections(tx)
    return {item.id: item for item in await connections.every(tx) if item.id not in ended}


def _joins(flow: StoredFlow, one: Connection, other: Connection) -> bool:
    return {flow.source_connection, flow.target_connection} == {one.id, other.id}


def _joined(
    every: Mapping[str, Connection], stored: Sequence[StoredFlow]
) -> list[tuple[Connection, Connection]]:
    pairs = set()
    for flow in stored:
        by_system = {
            every[item].system: item
            for item in (flow.source_connection, flow.target_connection)
            if item in every
        }
        if {"ghl", "act"} <= by_system.keys():
            pairs.add((by_system["ghl"], by_system["act"]))
    return [(every[one], every[other]) for one, other in sorted(pairs)]
