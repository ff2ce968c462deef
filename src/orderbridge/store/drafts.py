"""Drafts of flows: at most one beside a flow's published versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody is working on.

    Attributes:
        revision: Another number with every change; whoever changes it says which one they saw.
        based_on: The published version that it began from; None for a flow that was never published.
        changed_by: Who changed it last.
    """

    flow_id: str
    name: str
    template: str | None
    source_connection: str
    target_connection: str
    definition: JsonObject
    revision: int
    based_on: int | None
    changed_by: str
    changed_at: datetime


_COLUMNS = (
    "flow_id, name, template, source_connection, target_connection, definition, revision, based_on, changed_by, "
    "changed_at"
)


async def every(tx: Tx) -> list[Draft]:
    """List all drafts by name."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM flow_drafts ORDER BY name")  # noqa: S608 (constant columns)
    return [Draft(**dict(row)) for row in rows]


async def find(tx: Tx, flow_id: str) -> Draft | None:
    """Return the draft of a flow."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM flow_drafts WHERE flow_id = $1",  # noqa: S608 (constant columns)
        flow_id,
    )
    return Draft(**dict(row)) if row else None


async def save(
    tx: Tx,
    *,
    flow_id: str,
    name: str,
    template: str | None,
    source_connection: str,
    target_connection: str,
    definition: JsonObject,
    based_on: int | None,
    changed_by: str,
    seen: int | None,
    replace: bool = False,
) -> Draft:
    """Keep a draft.

    Args:
        seen: The revision that was changed; None: there was none.
        replace: Whatever is there is written over.

    Raises:
        HeldError: Somebody else changed it meanwhile.
    """
    present = await tx.fetchval("SELECT revision FROM flow_drafts WHERE flow_id = $1 FOR UPDATE", flow_id)
    if not replace and present != seen:
        raise changed_meanwhile(name, present)
    row = await tx.fetchrow(
        f"""
        INSERT INTO flow_drafts (flow_id, name, template, source_connection, target_connection, definition, based_on,
                                 changed_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (flow_id) DO UPDATE SET definition = excluded.definition, based_on = excluded.based_on,
               changed_by = excluded.changed_by, changed_at = now(), revision = excluded.revision
        WHERE $9::bigint IS NOT NULL AND flow_drafts.revision = $9 OR $10
        RETURNING {_COLUMNS}
        """,  # noqa: S608 (constant columns)
        flow_id,
        name,
        template,
        source_connection,
        target_connection,
        definition,
        based_on,
        changed_by,
        seen,
        replace,
    )
    if row is None:
        # Two of them began at the same moment.
        raise changed_meanwhile(name, None)
    return Draft(**dict(row))


async def discard(tx: Tx, flow_id: str) -> bool:
    """Forget a draft; False when there is none."""
    return bool(await tx.fetchval("DELETE FROM flow_drafts WHERE flow_id = $1 RETURNING true", flow_id))


def changed_meanwhile(name: str, present: int | None) -> HeldError:
    """Say that what somebody saw is not what is there."""
    now = (
        f"its revision is {present} now" if present is not None else "there is another one, or none any more"
    )
    return HeldError(
        f"the draft of {name!r} was changed by somebody else meanwhile: {now}; look at it and change it again",
        cause="flow.draft_changed",
    )
