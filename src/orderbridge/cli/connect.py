"""``orderbridge connect``: a new account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from orderbridge.accounts.act_options import check_options
from orderbridge.accounts.entering import (
    ActEntered,
    HighLevelEntered,
    api_address,
    connect_database,
    connect_location,
    notes_on,
    webhook_key,
)
from orderbridge.app import open_application
from orderbridge.cli import output
from orderbridge.cli.oauth import SignInAsked, sign_in, through_agency
from orderbridge.cli.secrets import entered
from orderbridge.connectors.act.address import read_address
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime

connect_app = typer.Typer(help="Connect an account.", no_args_is_help=True)

Name = Annotated[str, typer.Option(help="Your name for this connection.")]
Mode = Annotated[str, typer.Option(help="live, test or sandbox; the three never meet.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(connect_app, name="connect")


@connect_app.command("ghl")
def connect_ghl(
    name: Annotated[str | None, typer.Option(help="Your name for this connection.")] = None,
    location: Annotated[str | None, typer.Option(help="The location's id.")] = None,
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help="Read the token from standard input.")
    ] = False,
    base_url: Annotated[
        str | None, typer.Option(help="Address of a stand-in or gateway; default: HighLevel's own.")
    ] = None,
    webhook_key_file: Annotated[
        Path | None, typer.Option(help="Public key of another webhook sender (PEM).")
    ] = None,
    app_id: Annotated[str | None, typer.Option(help="Only take webhooks of this marketplace app.")] = None,
    oauth: Annotated[
        bool, typer.Option("--oauth", help="Sign in with a browser, by a marketplace app.")
    ] = False,
    client_id: Annotated[str | None, typer.Option(help="With --oauth: the app's client id.")] = None,
    client_secret_stdin: Annotated[
        bool,
        typer.Option(
            "--client-secret-stdin", help="With --oauth: read the app's secret from standard input."
        ),
    ] = False,
    authorize_url: Annotated[
        str | None, typer.Option(help="With --oauth: the app's own install link, for private apps.")
    ] = None,
    agency: Annotated[
        str | None,
        typer.Option(
            help="Your name for an agency: with --oauth it signs in, with --location or --all its locations "
            "are connected."
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="With --agency: connect every location that has the app.")
    ] = False,
    connect_future: Annotated[
        bool | None,
        typer.Option(
            "--connect-future/--no-connect-future",
            help="With --agency: connect locations that install the app later by themselves.",
        ),
    ] = None,
    wait: Annotated[bool, typer.Option(help="With --oauth: wait until the browser came back.")] = True,
    timeout_s: Annotated[
        int, typer.Option(min=1, max=900, help="With --oauth: seconds to wait for the browser.")
    ] = 900,
    mode: Annotated[
        str | None, typer.Option(help="live (unless said otherwise), test or sandbox; the three never meet.")
    ] = None,
    json: output.AsJson = False,
) -> None:
    """Connect a HighLevel location: by its private integration token, in a browser, or through its agency."""
    base_url = api_address(base_url)
    with_app = {
        "--client-id": client_id,
        "--client-secret-stdin": client_secret_stdin,
        "--authorize-url": authorize_url,
    }
    with_token = {"--token-stdin": token_stdin, "--app-id": app_id}
    if oauth:
        _refuse("with --oauth", {**with_token, "--location": location, "--all": every})
        asked = SignInAsked(
            name=name,
            agency=agency,
            client_id=client_id,
            secret_from_stdin=client_secret_stdin,
            authorize_url=authorize_url,
            base_url=base_url,
            webhook_key_pem=_key(webhook_key_file),
            connect_future=connect_future,
            mode=mode,
            wait=wait,
            timeout_s=timeout_s,
        )
        output.run(sign_in(asked, as_json=json))
        return
    if agency is not None:
        own = {"--base-url": base_url, "--webhook-key-file": webhook_key_file, "--mode": mode}
        _refuse("with --agency: the agency's own counts", {**with_token, **with_app, **own})
        output.run(
            through_agency(
                agency,
                location=location,
                name_of_location=name,
                every=every,
                connect_future=connect_future,
                as_json=json,
            )
        )
        return
    _refuse("with a token", {**with_app, "--all": every, "--connect-future": connect_future is not None})
    if name is None or location is None:
        raise SetupError(
            "say what to connect: --name and --location with a token, --oauth and --name with a browser, or --agency"
        )
    token = entered(token_stdin, "token", "--token-stdin")
    given = HighLevelEntered(
        name=name,
        location_id=location,
        mode=mode or "live",
        base_url=base_url,
        webhook_key_pem=_key(webhook_key_file),
        app_id=app_id,
    )
    output.run(_connect(json, lambda runtime: connect_location(runtime, given, token=token)))


def _refuse(way: str, given: Mapping[str, object]) -> None:
    """Refuse options that would do nothing."""
    idle = [option for option, value in given.items() if value]
    if idle:
        raise SetupError(f"{', '.join(idle)} cannot be given {way}; see 'orderbridge connect ghl --help'")


def _key(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        pem = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SetupError(f"cannot read {file}: {error.strerror}") from error
    return webhook_key(pem)


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
    # Before anybody is asked for a password that would be of no use.
    check_options({"currency": currency and currency.upper(), "region": region.upper()})
    password = entered(password_stdin, "password", "--password-stdin")
    given = ActEntered(
        name=name,
        url=url,
        database=database,
        user=user,
        mode=mode,
        currency=currency,
        process=process,
        negative_prices=negative_prices,
        region=region,
    )
    output.run(_connect(json, lambda runtime: connect_database(runtime, given, password=password)))
    # After the work and beside its output: a program that reads the one is not disturbed by the other.
    for note in notes_on(address):
        output.messages.print(note, markup=False)


async def _connect(as_json: bool, connect: Callable[[Runtime], Awaitable[JsonObject]]) -> None:
    async with open_application(output.settings()) as application:
        shown = await connect(application.runtime)
    if as_json:
        output.as_json(shown)
    else:
        output.people.print(f"Connected {shown['name']}: {shown['found']}", markup=False)
