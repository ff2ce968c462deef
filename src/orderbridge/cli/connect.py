"""``orderbridge connect``: a new account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orderbridge.accounts.connecting import add_connection
from orderbridge.app import open_application
from orderbridge.cli import output
from orderbridge.cli.secrets import entered
from orderbridge.connectors.act.address import ActAddress, read_address
from orderbridge.connectors.ghl.client import BASE_URL
from orderbridge.connectors.ghl.webhooks import WebhookKeys
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject

MODES = ("live", "test", "sandbox")

connect_app = typer.Typer(help="Connect an account.", no_args_is_help=True)

Name = Annotated[str, typer.Option(help="Your name for this connection.")]
Mode = Annotated[str, typer.Option(help="live, test or sandbox; the three never meet.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(connect_app, name="connect")


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
    token = entered(token_stdin, "token", "--token-stdin")
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
    url: Annotated[str, typer.Option(help="Address of the Web API; it ends in /act.web.api.")],
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
    address = read_address(url)
    password = entered(password_stdin, "password", "--password-stdin")
    config: JsonObject = {
        "base_url": address.url,
        "database": database,
        "user": user,
        "negative_prices": negative_prices,
        "region": region.upper(),
    }
    if currency:
        config["currency"] = currency.upper()
    if process:
        config["process"] = process
    output.run(_connect(name, "act", mode, f"{address.url}#{database}", config, {"password": password}, json))
    _say_what_became_of(address)


def _say_what_became_of(address: ActAddress) -> None:
    # After the work and beside its output: a program that reads the one is not disturbed by the other.
    if address.changes:
        output.messages.print(f"The Web API is at {address.url}: {'; '.join(address.changes)}", markup=False)
    if not address.encrypted and not address.local:
        output.messages.print(
            f"Calls to {address.host} are not encrypted: the password can be read on the way", markup=False
        )


async def _connect(
    name: str, system: str, mode: str, account: str, config: JsonObject, secret: JsonObject, as_json: bool
) -> None:
    if mode not in MODES:
        raise SetupError(f"--mode is {mode!r}; it can be {', '.join(MODES)}")
    async with open_application(output.settings()) as application:
        shown = await add_connection(
            application.runtime,
            name=name,
            system=system,
            mode=mode,
            account=account,
            config=config,
            secret=secret,
        )
    if as_json:
        output.as_json(shown)
    else:
        output.people.print(f"Connected {name}: {shown['found']}", markup=False)
