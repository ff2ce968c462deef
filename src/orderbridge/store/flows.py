"""Flows and their immutable published versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFlow:
    """The enabled version of a flow and the two accounts it joins.

    Attributes:
        created_at: When it was first published: what is older is not new to it.
    """

    id: str
    name: str
    template: str | None
    version: int
    enabled: bool
    source_connection: str
    target_connection: str
    definition: JsonObject
    created_at: datetime


async def publish(
    tx: Tx,
    *,
    flow_id: str,
    name: str,
    template: str | None,
    source_connection: str,
    target_connection: str,
    definition: JsonObject,
    enabled: bool,
) -> int:
    """Freeze ``definition`` as the flow's next version, unless it is what is published already."""
    row = await tx.fetchrow(
        "SELECT f.version, v.definition FROM flows f JOIN flow_versions v ON v.flow_id = f.id"
        " AND v.version = f.version WHERE f.id = $1 FOR UPDATE OF f",
        flow_id,
    )
    if row is not None and row["definition"] == definition:
        await tx.execute("UPDATE flows SET enabled = $2 WHERE id = $1", flow_id, enabled)
        return int(row["version"])
    version = 1 if row is None else row["version"] + 1
    await tx.execute(
        """
        INSERT INTO flows (id, name, template, version, enabled, source_connection, target_connection)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, enabled = excluded.enabled
        """,
        flow_id,
        name,
        template,
        version,
        enabled,
        source_connection,
        target_connection,
    )
    await tx.execute(
        "INSERT INTO flow_versions (flow_id, version, definition) VALUES ($1, $2, $3)",
        flow_id,
        version,
        definition,
    )
    return version


async def enabled_for(tx: Tx, source_connection: str) -> list[StoredFlow]:
    """Return the enabled flows that listen to a connection."""
    rows = await tx.fetch(
        """
        SELECT f.id, f.name, f.template, f.version, f.enabled, f.source_connection, f.target_connection,
               v.definition, f.created_at
        FROM flows f JOIN flow_versions v ON v.flow_id = f.id AND v.version = f.version
        WHERE f.enabled AND f.source_connection = $1 ORDER BY f.name
        """,
        source_connection,
    )
    return [StoredFlow(**dict(row)) for row in rows]


async def enabled(tx: Tx) -> list[StoredFlow]:
    """Return every enabled flow."""
    return [item for item in await every(tx) if item.enabled]


async def by_name(tx: Tx, name: str) -> StoredFlow:
    """Return one flow.

    Raises:
        SetupError: There is none of that name.
    """
    found = next((item for item in await every(tx) if item.name == name), None)
    if found is None:
        raise SetupError(f"there is no flow {name!r}; see 'orderbridge flows list'", cause="flow.missing")
    return found


async def version(tx: Tx, flow_id: str, number: int) -> JsonObject | None:
    """Return one published version's definition."""
    found: JsonObject | None = await tx.fetchval(
        "SELECT definition FROM flow_versions WHERE flow_id = $1 AND version = $2", flow_id, number
    )
    return found


async def every(tx: Tx) -> list[StoredFlow]:
    """List all flows by name."""
    rows = await tx.fetch(
        """
        SELECT f.id, f.name, f.template, f.version, f.enabled, f.source_connection, f.target_connection,
               v.definition, f.created_at
        FROM flows f JOIN flow_versions v ON v.flow_id = f.id AND v.version = f.version ORDER BY f.name
        """
    )
    return [StoredFlow(**dict(row)) for row in rows]


async def names(tx: Tx, authors: Sequence[str]) -> dict[str, str]:
    """Return what people call flows, by their ids; a template, or one that is gone, goes by what it is given as."""
    rows = await tx.fetch("SELECT id, name FROM flows WHERE id = ANY($1::text[])", list(authors))
    return {author: author for author in authors} | {row["id"]: row["name"] for row in rows}


async def set_enabled(tx: Tx, name: str, *, enabled: bool) -> bool:
    """Switch a flow on or off; False when there is none of that name."""
    return bool(
        await tx.fetchval("UPDATE flows SET enabled = $2 WHERE name = $1 RETURNING true", name, enabled)
    )
