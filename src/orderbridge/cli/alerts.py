"""``orderbridge alerts``: what the product itself found wrong, and who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.automation import alerting
from orderbridge.cli import output
from orderbridge.core.errors import SetupError
from orderbridge.store import alerts

alerts_app = typer.Typer(help="What went wrong and lasts, and who is told.", no_args_is_help=True)

_ALL = timedelta(days=30)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(alerts_app, name="alerts")


@alerts_app.command("list")
def list_alerts(
    all_: Annotated[bool, typer.Option("--all", help="Also those that were over within 30 days.")] = False,
    json: output.AsJson = False,
) -> None:
    """List the alerts; 'orderbridge serve' looks for them all the time."""
    output.run(_list(all_, json))


async def _list(with_cleared: bool, as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        since = application.clock.now() - _ALL if with_cleared else None
        found = await alerts.every(tx, cleared_since=since)
        channel = await alerting.used(tx)
    if as_json:
        output.as_json([alerting.shown(item) for item in found])
        return
    output.table(
        ["Kind", "Since", "What", "What to do"],
        [
            [
                item.kind.replace("_", " "),
                f"{item.since:%Y-%m-%d %H:%M}",
                f"over: {item.title}" if item.cleared_at else item.title,
                item.text,
            ]
            for item in found
        ],
        empty="No alert.",
    )
    if channel is None:
        output.messages.print(
            "Nobody is told: 'orderbridge alerts use CHANNEL' sends them, 'orderbridge alerts use --none' decides "
            "that nobody is."
        )


@alerts_app.command("use")
def use_channel(
    channel: Annotated[str | None, typer.Argument(help="A name of 'orderbridge notify list'.")] = None,
    none: Annotated[bool, typer.Option("--none", help="No messages; alerts are only shown.")] = False,
) -> None:
    """Send alerts through a channel, after a test message has gone through it."""
    if (channel is None) is not none:
        raise SetupError("name a channel of 'orderbridge notify list', or say --none")
    output.run(_use(channel))


async def _use(channel: str | None) -> None:
    async with open_application(output.settings()) as application:
        if channel is None:
            await alerting.use_none(application.runtime)
            output.people.print("Alerts are shown by 'orderbridge alerts list', and nobody is told.")
            return
        await alerting.use(application.runtime, channel)
    output.people.print(f"Alerts go to {channel}; the test message was taken.", markup=False)
