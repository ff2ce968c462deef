"""Whether a flow may be switched on: between live accounts only what has gone live."""

from __future__ import annotations

from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import connections, flows, go_lives
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx

LIVE = "live"


async def may_run(tx: Tx, flow_id: str, source: Connection, definition: JsonObject) -> bool:
    """Tell whether a flow may be switched on between these accounts without further checks.

    Between test or sandbox accounts always; between live ones where this very definition has gone live.

    Raises:
        FlowError: Another version of it is live, which must not be replaced unchecked.
    """
    if source.mode != LIVE:
        return True
    live = await go_lives.now(tx, flow_id)
    if live is None:
        return False
    # What was checked, and not what was published since: it may have been published while it was switched off.
    if await flows.version(tx, flow_id, live.version) != definition:
        stored = await flows.find(tx, flow_id)
        raise FlowError(
            f"{stored.name if stored else flow_id} is live; a changed flow goes live by 'orderbridge flows go-live', "
            "after a dry run on these accounts with 'orderbridge flows test'",
            cause="flow.not_checked",
        )
    return True


async def refuse_unchecked(tx: Tx, name: str) -> None:
    """Refuse to switch a flow on that works on live accounts and has not gone live.

    Raises:
        SetupError: There is no such flow.
        FlowError: It has to go live.
    """
    stored = await flows.by_name(tx, name)
    source = await connections.by_id(tx, stored.source_connection)
    if not await may_run(tx, stored.id, source, stored.definition):
        raise FlowError(
            f"{name} works on live accounts: 'orderbridge flows go-live' checks what has to be checked, and switches "
            "it on",
            cause="flow.not_checked",
        )
