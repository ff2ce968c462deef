"""``orderbridge notify``: where messages to your own people go."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.cli import output
from orderbridge.cli.secrets import entered
from orderbridge.core.ids import random_id
from orderbridge.store import channels, digests

notify_app = typer.Typer(help="Channels for messages to your own people.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of a channel, as flows call it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(notify_app, name="notify")


@notify_app.command("add")
def add_channel(
    name: Name,
    url_stdin: Annotated[
        bool, typer.Option("--url-stdin", help="Read the Apprise URL from standard input.")
    ] = False,
) -> None:
    """Add a channel by its Apprise URL, which is kept encrypted; nothing is sent yet."""
    output.run(_add(name, entered(url_stdin, "Apprise URL", "--url-stdin")))


async def _add(name: str, url: str) -> None:
    async with open_application(output.settings()) as application:
        service = await application.runtime.notices.add(name, url, random_id)
    output.people.print(f"{name}: {service}; try it with 'orderbridge notify test {name}'", markup=False)


@notify_app.command("list")
def list_channels(json: output.AsJson = False) -> None:
    """List the channels, when each was used last, and how many repeats were held back."""
    output.run(_list(json))


async def _list(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = await channels.every(tx)
    if as_json:
        output.as_json(found)
        return
    output.table(
        ["Name", "Service", "Used last", "Held back"],
        [[row["name"], row["service"], row["last_sent_at"] or "never", row["held_back"]] for row in found],
        empty="No channel yet: 'orderbridge notify add NAME'.",
    )


@notify_app.command("messages")
def list_messages(json: output.AsJson = False) -> None:
    """List grouped messages that gather or wait, and what became of those of the last seven days."""
    output.run(_messages(json))


async def _messages(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = await digests.every(tx, since=application.clock.now() - timedelta(days=7))
    if as_json:
        output.as_json(found)
        return
    output.table(
        ["Message", "Channel", "Lines", "State", "Due", "Why"],
        [
            [
                row["title"],
                row["channel"] or "removed",
                row["entries"],
                row["state"],
                row["due_at"],
                row["reason"] or "",
            ]
            for row in found
        ],
        empty="No grouped message in seven days.",
    )


@notify_app.command("test")
def try_channel(name: Name) -> None:
    """Send a message through a channel."""
    output.run(_test(name))


async def _test(name: str) -> None:
    async with open_application(output.settings()) as application:
        await application.runtime.notices.test(name)
    output.people.print(f"{name}: the message was taken", markup=False)


@notify_app.command("remove")
def remove_channel(name: Name) -> None:
    """Forget a channel; flows that name it are then held."""
    output.run(_remove(name))


async def _remove(name: str) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        await channels.remove(tx, name)
    output.people.print(f"{name}: removed", markup=False)
