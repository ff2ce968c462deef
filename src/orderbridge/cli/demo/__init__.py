"""``orderbridge demo``: a business sells in HighLevel, Act! follows, and both sides are compared at the end."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from orderbridge.cli import output
from orderbridge.cli.demo.report import Ending, as_object, show
from orderbridge.cli.demo.story import tell
from orderbridge.core import log


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="Print the close report and end.")] = False,
    orders: Annotated[int, typer.Option("--orders", min=0, help="How many new orders to sell.")] = 40,
    seed: Annotated[int, typer.Option(help="Which history is made up.")] = 7,
    json: output.AsJson = False,
) -> None:
    """Show the whole product on a made-up business: no account needed, nothing real is touched.

    Exit code 0 means that both sides agree to the cent.
    """
    log.configure(level="warning")

    def closed(ending: Ending) -> None:
        if json:
            output.as_json(as_object(ending))
        else:
            show(ending)

    ending = output.run(tell(orders=orders, seed=seed, stay=not once, closed=closed))
    if not ending.agrees:
        sys.exit(1)
