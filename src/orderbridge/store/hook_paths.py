"""The secret addresses of flows that other programs call; only a hash of each is kept."""

from __future__ import annotations

import hashlib

from orderbridge.store.database import Tx
from orderbridge.store.flows import StoredFlow


def hashed(path: str) -> str:
    """Return the hash under which an address is known."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()


async def exists(tx: Tx, flow_id: str) -> bool:
    """Whether a flow has an address."""
    return bool(await tx.fetchval("SELECT true FROM hook_paths WHERE flow_id = $1", flow_id))


async def keep(tx: Tx, flow_id: str, path: str) -> None:
    """Give a flow an address; one that it had before is not answered any more."""
    await tx.execute(
        """
        INSERT INTO hook_paths (flow_id, path_hash) VALUES ($1, $2)
        ON CONFLICT (flow_id) DO UPDATE SET path_hash = excluded.path_hash, created_at = now()
        """,
        flow_id,
        hashed(path),
    )


async def find(tx: Tx, path: str) -> StoredFlow | None:
    """Return the enabled flow behind an address, None where there is none; one look-up either way."""
    row = await tx.fetchrow(
        """
        SELECT f.id, f.name, f.template, f.version, f.enabled, f.source_connection, f.target_connection,
               v.definition, f.created_at
        FROM hook_paths p JOIN flows f ON f.id = p.flow_id
             JOIN flow_versions v ON v.flow_id = f.id AND v.version = f.version
        WHERE p.path_hash = $1 AND f.enabled
        """,
        hashed(path),
    )
    return StoredFlow(**dict(row)) if row else None
