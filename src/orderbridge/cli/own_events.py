"""``orderbridge flows start`` and ``flows hook``: flows that a person or another program starts."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.catalogue.own_events import INBOUND, MANUAL
from orderbridge.cli import output
from orderbridge.connectors.fields import wire_time
from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.core.ids import random_id
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.own_events import happened, require
from orderbridge.store import flows, hook_paths

_PATH_BYTES = 32
_Flow = Annotated[str, typer.Argument(help="A name of 'orderbridge flows list'.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of flows."""
    app.command("start")(start)
    app.command("hook")(hook)


def start(
    flow: _Flow,
    input: Annotated[
        str, typer.Option(help="JSON that the flow is given as event.input; @FILE reads a file.")
    ] = "{}",
) -> None:
    """Start a flow that listens to core.manual.started; the worker of 'serve' runs it."""
    try:
        given = jsonio.decode(Path(input[1:]).read_text(encoding="utf-8") if input.startswith("@") else input)
    except OSError as error:
        raise SetupError(f"cannot read {input[1:]}: {error.strerror}") from error
    except ValueError as error:
        raise SetupError(f'--input is not JSON: {error}; write it like \'{{"order": "4711"}}\'') from error
    output.run(_start(flow, given))


async def _start(name: str, given: object) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        flow = await flows.by_name(tx, name)
        require(flow, MANUAL, "core.manual.started")
        state = {"input": given, "started_at": wire_time(application.clock.now())}
        await accept_all(tx, [happened(flow, MANUAL, random_id(), state)])
    output.people.print(f"{name} is started; the worker runs it", markup=False)


def hook(
    flow: _Flow,
    replace: Annotated[
        bool, typer.Option("--replace", help="Make another address; the one before is not answered any more.")
    ] = False,
) -> None:
    """Make the address at which other programs start a flow that listens to core.webhook.received."""
    output.run(_hook(flow, replace))


async def _hook(name: str, replace: bool) -> None:
    path = secrets.token_urlsafe(_PATH_BYTES)
    async with open_application(output.settings()) as application:
        async with application.db.begin() as tx:
            flow = await flows.by_name(tx, name)
            require(flow, INBOUND, "core.webhook.received")
            if not replace and await hook_paths.exists(tx, flow.id):
                raise SetupError(
                    f"flow {name!r} has an address, which is kept as a hash only and cannot be shown again; "
                    "--replace makes another one",
                    cause="flow.hook_exists",
                )
            await hook_paths.keep(tx, flow.id, path)
        url = application.settings.base_url
    output.people.print(
        "Keep it secret: whoever knows it can start the flow. It is shown this once.", markup=False
    )
    typer.echo(f"{url}/hooks/in/{path}")
