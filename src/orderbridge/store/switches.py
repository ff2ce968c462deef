"""Switches of the whole installation, such as the one that stops all writes."""

from __future__ import annotations

from typing import Any

from orderbridge.core.errors import TransientError
from orderbridge.store.database import Tx

WRITES_PAUSED = "writes_paused"
PAUSED_REASON = "all writes are paused; 'orderbridge resume' lets them go on"


class WritesPausedError(TransientError):
    """A person paused all writes; what was about to be written waits and goes on after the resume."""

    def __init__(self) -> None:
        super().__init__(PAUSED_REASON, cause="paused")


async def read(tx: Tx, name: str) -> Any:
    """Return a switch's value, None when it was never set."""
    return await tx.fetchval("SELECT value FROM switches WHERE name = $1", name)


async def held_still(tx: Tx, name: str) -> Any:
    """Return a switch's value, and let nobody change it before this transaction ends."""
    return await tx.fetchval("SELECT value FROM switches WHERE name = $1 FOR SHARE", name)


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
