"""Let a connection rest, and wake what waited for it."""

from __future__ import annotations

from orderbridge.engine.queue import announce
from orderbridge.store import connections, flows, health, lanes
from orderbridge.store.database import Tx


async def pause(tx: Tx, name: str) -> bool:
    """Make no call to an account from now on; what comes in is stored and waits. False: it was paused before.

    Raises:
        SetupError: There is no connection of that name.
    """
    item = await connections.named(tx, name)
    return await health.pause(
        tx, item.id, f"a person paused it; 'orderbridge connections resume {name}' lets it go on"
    )


async def resume(tx: Tx, name: str) -> bool:
    """Let a paused account be used again and wake what waited for it. False: it was not paused.

    Raises:
        SetupError: There is no connection of that name.
    """
    item = await connections.named(tx, name)
    if not await health.resume(tx, item.id):
        return False
    await wake(tx, item.id)
    return True


async def wake(tx: Tx, connection_id: str) -> None:
    """Make due whatever was put off: the connection's own lanes and those of the flows that lead to it."""
    leading = {
        one.source_connection for one in await flows.every(tx) if one.target_connection == connection_id
    }
    for source in sorted({connection_id, *leading}):
        await announce(tx, await lanes.wake_connection(tx, source))
