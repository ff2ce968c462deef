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


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowVersion:
    """A published edition of a flow, which is never changed.

    Attributes:
        published_by: Who did; None for versions older than this being kept.
        note: Why.
    """

    version: int
    published_at: datetime
    published_by: str | None
    note: str | None


async def one_at_a_time(tx: Tx) -> None:
    """Let nobody else publish before this transaction ends: two flows must not close a circle side by side."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('orderbridge.publishing', 0))")


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
    published_by: str | None = None,
    note: str | None = None,
) -> int:
    """Freeze ``definition`` as the flow's next version, unless it is what is published already.

    Args:
        enabled: Switch it on or off.
        published_by: Who does.
        note: Why.
    """
    await one_at_a_time(tx)
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
        "INSERT INTO flow_versions (flow_id, version, definition, published_by, note) VALUES ($1, $2, $3, $4, $5)",
        flow_id,
        version,
        definition,
        published_by,
        note,
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


async def find(tx: Tx, flow_id: str) -> StoredFlow | None:
    """Return a flow by its id, None where there is none."""
    return next((item for item in await every(tx) if item.id == flow_id), None)


async def version(tx: Tx, flow_id: str, number: int) -> JsonObject | None:
    """Return one published version's definition."""
    found: JsonObject | None = await tx.fetchval(
        "SELECT definition FROM flow_versions WHERE flow_id = $1 AND version = $2", flow_id, number
    )
    return found


async def versions(tx: Tx, flow_id: str) -> list[FlowVersion]:
    """List a flow's published versions, the newest first."""
    rows = await tx.fetch(
        "SELECT version, published_at, published_by, note FROM flow_versions WHERE flow_id = $1"
        " ORDER BY version DESC",
        flow_id,
    )
    return [FlowVersion(**dict(row)) for row in rows]


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
