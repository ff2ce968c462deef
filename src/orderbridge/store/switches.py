"""Switches of the whole installation, such as the one that stops all writes."""

from __future__ import annotations

from typing import Any

from orderbridge.store.database import Tx

WRITES_PAUSED = "writes_paused"


async def read(tx: Tx, name: str) -> Any:
    """Return a switch's value, None when it was never set."""
    return await tx.fetchval("SELECT value FROM switches WHERE name = $1", name)


async def write_once(tx: Tx, name: str, value: Any) -> None:
    """Set a switch that was never set; another value stays."""
    await tx.execute(
        "INSERT INTO switches (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, value
    )


async def write(tx: Tx, name: str, value: Any) -> None:
    """Set a switch."""
    await tx.execute(
        "INSERT INTO switches (name, value) VALUES ($1, $2)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = now()",
        name,
        value,
    )
