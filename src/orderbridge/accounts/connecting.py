"""Connect an account: try it first, store it only if it lets us in; later, give it another secret."""

from __future__ import annotations

from contextlib import suppress

from orderbridge.accounts.act_options import check_process
from orderbridge.accounts.diagnosis import Check, problems
from orderbridge.accounts.discovery import discovered_before_connecting, lacking
from orderbridge.accounts.pausing import wake
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.errors import BadRecordError, OrderBridgeError, ReconnectError, SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import Connection

# Refusals that the checks of a diagnosis explain better than the call that met them.
_ASK_WHY = ("ghl.scope_missing", "http.certificate")
# Of a stored connection, these say to enter a new secret; here one was just entered.
_ENTERED_WRONG = {
    "ghl.unauthorised": (
        "HighLevel does not accept this token: it was revoked or rotated, or is not copied whole; copy it again from "
        "Settings → Private Integrations of this location"
    ),
}


async def add_connection(
    runtime: Runtime,
    *,
    name: str,
    system: str,
    mode: str,
    account: str,
    config: JsonObject,
    secret: JsonObject,
) -> JsonObject:
    """Try the account first and store the connection only if it lets us in.

    Raises:
        SetupError: The name or the account is taken, or the account cannot be reached; says what to do.
        ReconnectError: It does not let us in.
    """
    if not name.strip() or not name.isprintable():
        raise SetupError("a connection needs a name of its own, such as shop", cause="setup.option")
    async with runtime.db.begin() as tx:
        await connections.refuse_taken(tx, name=name, system=system, account=account)
    found = await _let_in(runtime, system, config, secret, kept="nothing was stored")
    if system == "act":
        config = config | await _surveyed(runtime, config, secret)
        check_process(config.get("process"), config)
        found += lacking(config)
    async with runtime.db.begin() as tx:
        stored = await connections.create(
            tx,
            runtime.box,
            random_id,
            name=name,
            system=system,
            mode=mode,
            account=account,
            config=config,
            secret=secret,
        )
    return {"id": stored.id, "name": name, "system": system, "mode": mode, "found": found}


async def probe(runtime: Runtime, system: str, config: JsonObject, secret: JsonObject) -> str:
    """Sign in with what was entered and return a sentence about what was found; nothing is stored."""
    client = _client(runtime, system, config, secret)
    try:
        if isinstance(client, GhlClient):
            location = await client.location()
            # An agency's token reads locations too; only a location's own reads payments.
            with suppress(BadRecordError):
                await client.orders_page(0, 1)
            return f"HighLevel location {location.name} ({location.id}), time zone {location.time_zone}"
        me = await client.my_record()
        system_info = await client.system()
        return f"Act! database {config['database']} as {me.full_name}, Web API {system_info.api_version}"
    finally:
        await client.close()


async def _let_in(runtime: Runtime, system: str, config: JsonObject, secret: JsonObject, *, kept: str) -> str:
    """Sign in; where that fails, find out why, and say it with what is ``kept``."""
    try:
        return await probe(runtime, system, config, secret)
    except OrderBridgeError as error:
        said = _ENTERED_WRONG.get(error.cause)
        if isinstance(error, ReconnectError) and error.cause not in _ASK_WHY:
            said = said or str(error)
        said = said or await _why(runtime, system, config, secret)
        if said is None:
            raise
        kind = ReconnectError if isinstance(error, ReconnectError) else SetupError
        raise kind(f"{said}; {kept}", cause=error.cause) from error


async def _why(runtime: Runtime, system: str, config: JsonObject, secret: JsonObject) -> str | None:
    client = _client(runtime, system, config, secret)
    try:
        found = await problems(runtime, client, config=config, secret=secret)
    finally:
        await client.close()
    if not found:
        return None
    return _scopes_missing(found) or f"{found[0].finding.says}; {found[0].finding.next}"


def _scopes_missing(found: list[Check]) -> str | None:
    names = [check.id.removeprefix("scope.") for check in found if check.finding.cause == "ghl.scope_missing"]
    if len(names) < len(found):
        return None
    return (
        f"the token lacks {'the scope' if len(names) == 1 else 'the scopes'} {', '.join(names)}; tick "
        f"{'it' if len(names) == 1 else 'them'} in HighLevel: Settings → Private Integrations → the integration → Edit "
        "(the token stays the same), then connect again"
    )


def _client(runtime: Runtime, system: str, config: JsonObject, secret: JsonObject) -> GhlClient | ActClient:
    # Act! tells its limit with the first answer, where it has one.
    limit, window_s = (100, 10.0) if system == "ghl" else (None, 60.0)
    budget = WindowBudget(connection_id="probe", clock=runtime.clock, limit=limit, window_s=window_s)
    if system == "act":
        return _act_client(runtime, config, secret, budget)
    return GhlClient.connect(
        base_url=config["base_url"],
        location_id=config["location_id"],
        pit_token=secret["token"],
        budget=budget,
        clock=runtime.clock,
        rng=runtime.rng,
    )


async def _surveyed(runtime: Runtime, config: JsonObject, secret: JsonObject) -> JsonObject:
    budget = WindowBudget(connection_id="probe", clock=runtime.clock, limit=None)
    act = _act_client(runtime, config, secret, budget)
    try:
        return await discovered_before_connecting(runtime, act, config)
    finally:
        await act.close()


def _act_client(runtime: Runtime, config: JsonObject, secret: JsonObject, budget: WindowBudget) -> ActClient:
    return ActClient.connect(
        base_url=config["base_url"],
        database=config["database"],
        user=config["user"],
        password=secret["password"],
        budget=budget,
        clock=runtime.clock,
        rng=runtime.rng,
    )


async def replace_secret(runtime: Runtime, name: str, given: str) -> str:
    """Try the same account with a new token or password, store it, and wake what waited for it."""
    box = runtime.box
    async with runtime.db.begin() as tx:
        item = await connections.named(tx, name)
        secret = await connections.secret_or_nothing(tx, box, item.id)
    _refuse_signed_in(item)
    secret |= {"token" if item.system == "ghl" else "password": given}
    try:
        found = await _let_in(runtime, item.system, item.config, secret, kept="nothing was changed")
    except ReconnectError as error:
        if error.cause != "ghl.wrong_location":
            raise
        raise ReconnectError(
            f"connection {name!r} is location {item.account}, and this token is of another one; nothing was changed: "
            "the old token stays. Make a token in that location, or connect the other one under a name of its own",
            cause=error.cause,
        ) from error
    async with runtime.db.begin() as tx:
        await connections.replace_secret(tx, box, item.id, secret, replaces=None, entered=True)
        await connections.set_state(tx, item.id, connections.OK, None)
        await wake(tx, item.id)
    return found


def _refuse_signed_in(item: Connection) -> None:
    if "oauth_app" not in item.config:
        return
    agency = item.config.get("agency")
    how = (
        f"its tokens are made with its agency's; connect it again with 'orderbridge connect ghl --agency … --location "
        f"{item.account} --name {item.name}'"
        if agency
        else f"it has no token to enter; sign in again with 'orderbridge connect ghl --oauth --name {item.name}'"
    )
    raise SetupError(f"connection {item.name!r} is signed in by OAuth: {how}", cause="connection.by_oauth")
