"""Joins the groups of commands."""

from __future__ import annotations

import sys

import typer

from orderbridge.cli import (
    connect,
    connections,
    database,
    demo,
    flows,
    notify,
    ops,
    proof,
    repair,
    sandbox,
    serve,
    tokens,
)
from orderbridge.core.errors import OrderBridgeError
from orderbridge.core.redact import redact_text

app = typer.Typer(
    name="orderbridge",
    help="Keeps HighLevel and Act! in agreement: every order, payment, refund and fulfilment, once each, to the cent.",
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
    tokens,
    proof,
    repair,
    database,
):
    module.register(app)


def main() -> None:
    """Run the command line: one clear line and a non-zero exit for every failure we know."""
    try:
        app()
    except OrderBridgeError as error:
        print(f"orderbridge: {redact_text(str(error))}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
