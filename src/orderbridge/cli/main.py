"""Joins the groups of commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from orderbridge import __version__
from orderbridge.cli import (
    alerts,
    backfill,
    close,
    completeness,
    conflicts,
    connect,
    connections,
    database,
    dead_letters,
    demo,
    flows,
    notify,
    ops,
    polling,
    proof,
    repair,
    sandbox,
    serve,
    tokens,
    users,
)
from orderbridge.core.errors import OrderBridgeError, TransientError
from orderbridge.core.redact import redact_text


def _version(asked: bool) -> None:
    if asked:
        print(f"orderbridge {__version__}")
        raise typer.Exit


app = typer.Typer(
    name="orderbridge",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for module in (
    demo,
    serve,
    sandbox,
    connect,
    connections,
    ops,
    flows,
    notify,
    alerts,
    tokens,
    users,
    polling,
    proof,
    completeness,
    backfill,
    close,
    repair,
    dead_letters,
    conflicts,
    database,
):
    module.register(app)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Keeps HighLevel and Act! in agreement: every order, payment, refund and fulfilment, once each, to the cent."""


_AGAIN = "it is tried again by itself"


def main() -> None:
    """Run the command line: one clear line and a non-zero exit for every failure we know."""
    try:
        app()
    except OrderBridgeError as error:
        print(f"orderbridge: {redact_text(_said(error))}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _said(error: OrderBridgeError) -> str:
    said = str(error)
    if isinstance(error, TransientError):
        # A worker tries again; a command that has ended does not.
        said = said.replace(f"{_AGAIN}; ", "").replace(_AGAIN, "try it again later")
    return said
