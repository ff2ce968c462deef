"""``orderbridge flows start`` and ``flows hook``: flows that a person or another program starts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.automation import flow_starts
from orderbridge.cli import output
from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError

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
    async with open_application(output.settings()) as application:
        await flow_starts.start(application.runtime, name, given)
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
    async with open_application(output.settings()) as application:
        path = await flow_starts.make_address(application.runtime, name, replace=replace)
        url = application.settings.base_url
    output.people.print(
        "Keep it secret: whoever knows it can start the flow. It is shown this once.", markup=False
    )
    typer.echo(f"{url}{path}")
