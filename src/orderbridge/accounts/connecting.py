"""Connect an account: try it first, store it only if it lets us in; later, give it another secret."""

from __future__ import annotations

from contextlib import suppress

from orderbridge.accounts.discovery import discovered_before_connecting, lacking
from orderbridge.accounts.pausing import wake
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.errors import BadRecordError, ReconnectError, SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import Connection


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
    """Try the account first and store the connection only if it lets us in."""
    found = await probe(runtime, system, config, secret)
    if system == "act":
        config = config | await _surveyed(runtime, config, secret)
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
    # Act! tells its limit with the first answer, where it has one.
    limit, window_s = (100, 10.0) if system == "ghl" else (None, 60.0)
    budget = WindowBudget(connection_id="probe", clock=runtime.clock, limit=limit, window_s=window_s)
    if system == "ghl":
        ghl = GhlClient.connect(
            base_url=config["base_url"],
            location_id=config["location_id"],
            pit_token=secret["token"],
            budget=budget,
            clock=runtime.clock,
            rng=runtime.rng,
        )
        try:
            location = await ghl.location()
            # An agency's token reads locations too; only a location's own reads payments.
            with suppress(BadRecordError):
                await ghl.orders_page(0, 1)
            return f"HighLevel location {location.name} ({location.id}), time zone {location.time_zone}"
        finally:
            await ghl.close()
    act = _act_client(runtime, config, secret, budget)
    try:
        me = await act.my_record()
        system_info = await act.system()
        return f"Act! database {config['database']} as {me.full_name}, Web API {system_info.api_version}"
    finally:
        await act.close()


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
        found = await probe(runtime, item.system, item.config, secret)
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
