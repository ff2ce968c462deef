"""``orderbridge sandbox``: the twins alone."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from orderbridge.cli import output
from orderbridge.core.clock import SystemClock
from orderbridge.core.platform import call_on_stop
from orderbridge.core.serving import calm_collector


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sandbox")(sandbox)


def sandbox(
    ghl_port: Annotated[int, typer.Option(help="Port of the HighLevel twin; 0 takes a free one.")] = 0,
    act_port: Annotated[int, typer.Option(help="Port of the Act! twin; 0 takes a free one.")] = 0,
    webhook_url: Annotated[
        str | None, typer.Option(help="Where the HighLevel twin sends its webhooks.")
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Which history is made up; the same number, the same history.")
    ] = 7,
    empty: Annotated[bool, typer.Option("--empty", help="Start without a business history.")] = False,
    json: output.AsJson = False,
) -> None:
    """Run stand-ins of HighLevel and Act! on this machine, with a made-up business history."""
    output.run(_serve(ghl_port, act_port, webhook_url, seed, empty, json))


async def _serve(
    ghl_port: int, act_port: int, webhook_url: str | None, seed: int, empty: bool, as_json: bool
) -> None:
    # Here and not above: no other command needs the stand-ins, and loading them takes its time.
    from orderbridge.emulators.server import run_sandbox

    stop = asyncio.Event()
    call_on_stop(asyncio.get_running_loop(), stop.set)
    async with run_sandbox(
        ghl_port=ghl_port,
        act_port=act_port,
        webhook_url=webhook_url,
        seed=seed,
        clock=SystemClock(),
        seeded=not empty,
    ) as sandbox:
        calm_collector()
        details = sandbox.details
        if as_json:
            # Made-up credentials of made-up accounts: the reader needs them to connect.
            output.as_json_shown(details)
        else:
            # Not as a table: where the terminal is narrow, a key broken in two opens nothing.
            for name, value in details.items():
                shown = f"\n{value.rstrip()}" if "\n" in str(value) else value
                output.people.print(f"{name}: {shown}", soft_wrap=True, markup=False, highlight=False)
            output.people.print("Stop it with Ctrl-C.")
        await stop.wait()
