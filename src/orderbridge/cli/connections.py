"""``orderbridge connections``: the accounts that are connected."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.accounts import agencies, options
from orderbridge.accounts.connecting import replace_secret
from orderbridge.app import open_application
from orderbridge.cli import diagnose, discover, health, keys, output, webhooks
from orderbridge.cli.secrets import entered
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import time_zones

connections_app = typer.Typer(help="The connected accounts.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    diagnose.add_to(connections_app)
    discover.add_to(connections_app)
    webhooks.add_to(connections_app)
    health.register(connections_app)
    keys.register(connections_app)
    app.add_typer(connections_app, name="connections")


@connections_app.command("locations")
def list_locations(
    agency: Annotated[
        str | None, typer.Option(help="Name of the agency; needed where there are several.")
    ] = None,
    json: output.AsJson = False,
) -> None:
    """List the locations of an agency: where the app is installed, and which are connected."""
    output.run(_locations(agency, json))


async def _locations(name: str | None, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        agency = await agencies.named(application.runtime, name)
        found = await agencies.refresh_list(application.runtime, agency)
    if as_json:
        output.as_json(agencies.names_of(found))
        return
    output.table(
        ["Location", "Name", "App", "Connection", "State"],
        [
            [one.location_id, one.name, "installed" if one.installed else "-", one.connection, one.state]
            for one in found
        ],
        empty=f"HighLevel lists no location for agency {agency.name}.",
    )


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
        "currency": currency,
        "process": process,
        "region": region,
    }
    if not any(value is not None for value in given.values()):
        raise SetupError("nothing to change was given; see 'orderbridge connections set --help'")
    output.run(_set(name, given))


async def _set(name: str, given: JsonObject) -> None:
    async with open_application(output.settings()) as application:
        changes = await options.set_options(application.runtime, name, given)
    shown = ", ".join(f"{key} = {value}" for key, value in changes.items())
    output.people.print(f"{name}: {shown}", markup=False)


@connections_app.command("set-timezone")
def set_timezone(
    name: Annotated[str, typer.Argument(help="A name of 'orderbridge connections list'.")],
    zone: Annotated[str, typer.Argument(help="Such as Europe/Vienna.")],
) -> None:
    """Say in which time zone this account's days are counted; a HighLevel location's own is taken otherwise."""
    output.run(_set_timezone(name, zone))


async def _set_timezone(name: str, zone: str) -> None:
    async with open_application(output.settings()) as application:
        await time_zones.set_time_zone(application.runtime, name, zone)
    output.people.print(f"{name}: days are counted in {zone}", markup=False)


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
    secret = entered(token_stdin, "token or password", "--token-stdin")
    output.run(_replace(name, secret))


async def _replace(name: str, given: str) -> None:
    async with open_application(output.settings()) as application:
        found = await replace_secret(application.runtime, name, given)
    output.people.print(f"{name}: {found}", markup=False)
