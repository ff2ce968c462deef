"""``orderbridge connect`` and ``connections``: the accounts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orderbridge.app import Application, open_application
from orderbridge.cli import output
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.ghl.client import BASE_URL, GhlClient
from orderbridge.connectors.ghl.webhooks import WebhookKeys
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.errors import OrderBridgeError, SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.queue import announce
from orderbridge.store import connections, flows, lanes
from orderbridge.store.connections import Connection

MODES = ("live", "test", "sandbox")

connect_app = typer.Typer(help="Connect an account.", no_args_is_help=True)
connections_app = typer.Typer(help="The connected accounts.", no_args_is_help=True)

Name = Annotated[str, typer.Option(help="Your name for this connection.")]
Mode = Annotated[str, typer.Option(help="live, test or sandbox; the three never meet.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(connect_app, name="connect")
    app.add_typer(connections_app, name="connections")


@connect_app.command("ghl")
def connect_ghl(
    name: Name,
    location: Annotated[str, typer.Option(help="The location's id.")],
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help="Read the token from standard input.")
    ] = False,
    base_url: Annotated[str, typer.Option(help="Address of the API.")] = BASE_URL,
    webhook_key_file: Annotated[
        Path | None, typer.Option(help="Public key of another webhook sender (PEM).")
    ] = None,
    app_id: Annotated[str | None, typer.Option(help="Only take webhooks of this marketplace app.")] = None,
    mode: Mode = "live",
    json: output.AsJson = False,
) -> None:
    """Connect a HighLevel location by its private integration token."""
    token = _secret(token_stdin, "token", "--token-stdin")
    config: JsonObject = {"base_url": base_url, "location_id": location}
    if webhook_key_file is not None:
        try:
            config["webhook_key_pem"] = webhook_key_file.read_text(encoding="utf-8")
        except OSError as error:
            raise SetupError(f"cannot read {webhook_key_file}: {error.strerror}") from error
        WebhookKeys.from_pem([config["webhook_key_pem"]])
    if app_id:
        config["app_id"] = app_id
    output.run(_connect(name, "ghl", mode, location, config, {"token": token}, json))


@connect_app.command("act")
def connect_act(
    name: Name,
    url: Annotated[str, typer.Option(help="Address of the Web API, up to and with /act.web.api.")],
    database: Annotated[str, typer.Option(help="Name of the database.")],
    user: Annotated[
        str, typer.Option(help="User: an e-mail on Act! Cloud, a name on a server of one's own.")
    ],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    currency: Annotated[
        str | None, typer.Option(help="Currency of amounts in this database, such as USD.")
    ] = None,
    process: Annotated[
        str | None, typer.Option(help="Sales process for opportunities; default: the first active one.")
    ] = None,
    negative_prices: Annotated[
        bool,
        typer.Option(
            help="Whether a line item may have a negative price; else discounts go into the prices."
        ),
    ] = True,
    region: Annotated[str, typer.Option(help="Country of phone numbers that were typed without one.")] = "US",
    mode: Mode = "live",
    json: output.AsJson = False,
) -> None:
    """Connect an Act! database."""
    password = _secret(password_stdin, "password", "--password-stdin")
    config: JsonObject = {
        "base_url": url.rstrip("/"),
        "database": database,
        "user": user,
        "negative_prices": negative_prices,
        "region": region.upper(),
    }
    if currency:
        config["currency"] = currency.upper()
    if process:
        config["process"] = process
    output.run(
        _connect(name, "act", mode, f"{url.rstrip('/')}#{database}", config, {"password": password}, json)
    )


async def _connect(
    name: str, system: str, mode: str, account: str, config: JsonObject, secret: JsonObject, as_json: bool
) -> None:
    if mode not in MODES:
        raise SetupError(f"--mode is {mode!r}; it can be {', '.join(MODES)}")
    async with open_application(output.settings()) as application:
        shown = await add_connection(
            application, name=name, system=system, mode=mode, account=account, config=config, secret=secret
        )
    if as_json:
        output.as_json(shown)
    else:
        output.people.print(f"Connected {name}: {shown['found']}", markup=False)


async def add_connection(
    application: Application,
    *,
    name: str,
    system: str,
    mode: str,
    account: str,
    config: JsonObject,
    secret: JsonObject,
) -> JsonObject:
    """Try the account first and store the connection only if it lets us in."""
    found = await _probe(application, system, config, secret)
    async with application.db.begin() as tx:
        stored = await connections.create(
            tx,
            application.runtime.box,
            random_id,
            name=name,
            system=system,
            mode=mode,
            account=account,
            config=config,
            secret=secret,
        )
    return {"id": stored.id, "name": name, "system": system, "mode": mode, "found": found}


async def _probe(application: Application, system: str, config: JsonObject, secret: JsonObject) -> str:
    runtime = application.runtime
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
            return f"HighLevel location {location.name} ({location.id}), time zone {location.time_zone}"
        finally:
            await ghl.close()
    act = ActClient.connect(
        base_url=config["base_url"],
        database=config["database"],
        user=config["user"],
        password=secret["password"],
        budget=budget,
        clock=runtime.clock,
        rng=runtime.rng,
    )
    try:
        me = await act.my_record()
        system_info = await act.system()
        return f"Act! database {config['database']} as {me.full_name}, Web API {system_info.api_version}"
    finally:
        await act.close()


@connections_app.command("list")
def list_connections(json: output.AsJson = False) -> None:
    """List the connected accounts and their health."""
    output.run(_list(json))


async def _list(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        every = await connections.every(tx)
    if as_json:
        output.as_json([_shown(item) for item in every])
        return
    output.table(
        ["Name", "System", "Mode", "Account", "State", "Reason"],
        [
            [
                item.name,
                {"ghl": "HighLevel", "act": "Act!"}[item.system],
                item.mode,
                item.account,
                item.state,
                item.state_reason,
            ]
            for item in every
        ],
        empty="No connection yet: 'orderbridge connect ghl …', then 'orderbridge connect act …'.",
    )


def _shown(item: Connection) -> JsonObject:
    return {
        "id": item.id,
        "name": item.name,
        "system": item.system,
        "mode": item.mode,
        "account": item.account,
        "state": item.state,
        "reason": item.state_reason,
    }


@connections_app.command("test")
def try_connections(json: output.AsJson = False) -> None:
    """Try every account and say in plain words what is wrong."""
    output.run(_test(json))


async def _test(as_json: bool) -> None:
    results = []
    async with open_application(output.settings()) as application:
        async with application.db.begin() as tx:
            every = await connections.every(tx)
        for item in every:
            async with application.db.begin() as tx:
                secret, _ = await connections.secret(tx, application.runtime.box, item.id)
            try:
                results.append((item, True, await _probe(application, item.system, item.config, secret)))
            except OrderBridgeError as error:
                results.append((item, False, str(error)))
    if as_json:
        output.as_json([{"name": item.name, "ok": ok, "message": text} for item, ok, text in results])
    else:
        output.table(
            ["Name", "Works", "What it says"],
            [[item.name, "yes" if ok else "no", text] for item, ok, text in results],
            empty="No connection yet.",
        )
    if not all(ok for _, ok, _ in results):
        sys.exit(1)


@connections_app.command("set")
def set_options(
    name: Annotated[str, typer.Argument(help="Name of an Act! connection.")],
    negative_prices: Annotated[
        bool | None,
        typer.Option(
            help="Whether a line item may have a negative price; else discounts go into the prices."
        ),
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of amounts, such as USD.")] = None,
    process: Annotated[str | None, typer.Option(help="Sales process for opportunities.")] = None,
    region: Annotated[str | None, typer.Option(help="Country of phone numbers typed without one.")] = None,
) -> None:
    """Change how an Act! connection is used; a running worker takes it up within seconds."""
    given: JsonObject = {
        "negative_prices": negative_prices,
        "currency": currency.upper() if currency else None,
        "process": process,
        "region": region.upper() if region else None,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise SetupError("nothing to change was given; see 'orderbridge connections set --help'")
    output.run(_set(name, changes))


async def _set(name: str, changes: JsonObject) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        item = await connections.by_name(tx, name, system="act")
        await connections.set_config(tx, item.id, changes)
    shown = ", ".join(f"{key} = {value}" for key, value in changes.items())
    output.people.print(f"{name}: {shown}", markup=False)


@connections_app.command("replace-token")
def replace_token(
    name: Annotated[str, typer.Argument(help="A name of 'orderbridge connections list'.")],
    token_stdin: Annotated[
        bool,
        typer.Option(
            "--token-stdin", "--password-stdin", help="Read the token or password from standard input."
        ),
    ] = False,
) -> None:
    """Give a connection a new token or password; what waited for it goes on."""
    secret = _secret(token_stdin, "token or password", "--token-stdin")
    output.run(_replace(name, secret))


async def _replace(name: str, given: str) -> None:
    async with open_application(output.settings()) as application:
        found = await replace_secret(application, name, given)
    output.people.print(f"{name}: {found}", markup=False)


async def replace_secret(application: Application, name: str, given: str) -> str:
    """Try the same account with a new token or password, store it, and wake what waited for it."""
    box = application.runtime.box
    async with application.db.begin() as tx:
        item = next((one for one in await connections.every(tx) if one.name == name), None)
        if item is None:
            raise SetupError(
                f"there is no connection named {name!r}; see 'orderbridge connections list'",
                cause="connection.missing",
            )
        secret, _ = await connections.secret(tx, box, item.id)
    secret |= {"token" if item.system == "ghl" else "password": given}
    found = await _probe(application, item.system, item.config, secret)
    async with application.db.begin() as tx:
        await connections.replace_secret(tx, box, item.id, secret, replaces=None)
        await connections.set_state(tx, item.id, connections.OK, None)
        sources = {one.source_connection for one in await flows.every(tx) if one.target_connection == item.id}
        for source in sorted({item.id, *sources}):
            await announce(tx, await lanes.wake_connection(tx, source))
    return found


def _secret(from_stdin: bool, what: str, option: str) -> str:
    if from_stdin:
        secret = sys.stdin.readline().strip()
    elif sys.stdin.isatty():
        secret = typer.prompt(what.capitalize(), hide_input=True)
    else:
        raise SetupError(f"give the {what} on standard input, with {option}")
    if not secret:
        raise SetupError(f"the {what} is empty")
    return secret
