"""What an account has: found out at connecting and on demand, kept with the connection so that it can be shown."""

from __future__ import annotations

from orderbridge.accounts.permissions import report
from orderbridge.connectors.act.address import ActAddress, read_address
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.discover import Survey
from orderbridge.core.errors import OrderBridgeError, RejectedError, SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import Connection

log = get(__name__)

# The key of a connection's configuration that the findings are kept under.
DISCOVERED = "discovered"


async def discover(runtime: Runtime, connection: Connection) -> JsonObject:
    """Look around in an Act! database and keep what was found.

    Raises:
        SetupError: The connection is not one of Act!.
        ReconnectError: The account does not let us in.
    """
    if connection.system != "act":
        raise SetupError(
            f"{connection.name!r} is a HighLevel location; discovery is for Act! databases. What its token may "
            "do, 'orderbridge connections test' tells",
            cause="connection.wrong_system",
        )
    client = await runtime.act(connection.id)
    found = await survey(client, address_of(connection), user=connection.config["user"])
    found = {"at": _moment(runtime)} | found
    async with runtime.db.begin() as tx:
        await connections.set_config(tx, connection.id, {DISCOVERED: found})
    return found


async def survey(client: ActClient, address: ActAddress, *, user: str) -> JsonObject:
    """Look around without keeping anything."""
    tour = Survey(client, address, user=user)
    found = await tour.found()
    try:
        permissions = report(await client.permissions())
    except RejectedError as error:
        tour.notes.append(f"permissions: {error}")
        permissions = report([])
    return found | {
        "permissions": permissions.to_json(),
        "missing": [item.permission for item in permissions.missing],
        "notes": tour.notes,
    }


async def discovered_before_connecting(runtime: Runtime, client: ActClient, config: JsonObject) -> JsonObject:
    """Look around with a client that is not stored yet; an account that lets us in is connected in any case."""
    try:
        found = await survey(client, read_address(config["base_url"]), user=config["user"])
    except OrderBridgeError as error:
        log.warning("nothing was discovered", database=config["database"], reason=str(error))
        return {}
    return {DISCOVERED: {"at": _moment(runtime)} | found}


def lacking(config: JsonObject) -> str:
    """Return a sentence about missing permissions to add to another one; empty where none is missing."""
    missing = config.get(DISCOVERED, {}).get("missing", [])
    if not missing:
        return ""
    names = ", ".join(f"'{name}'" for name in missing)
    return f"; the user lacks {names}: 'orderbridge connections discover' says what does not work without"


def _moment(runtime: Runtime) -> str:
    return runtime.clock.now().isoformat(timespec="seconds")


def address_of(connection: Connection) -> ActAddress:
    """Return where an Act! connection leads."""
    return read_address(connection.config["base_url"])
