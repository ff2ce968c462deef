"""``orderbridge connections list|show|pause|resume``: how the accounts are."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.accounts import health, pausing
from orderbridge.accounts.health import ConnectionHealth
from orderbridge.app import open_application
from orderbridge.cli import output

_SYSTEMS = {"ghl": "HighLevel", "act": "Act!"}

Name = Annotated[str, typer.Argument(help="A name of 'orderbridge connections list'.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the group ``connections``."""
    app.command("list")(list_connections)
    app.command("show")(show)
    app.command("pause")(pause)
    app.command("resume")(resume)


def list_connections(json: output.AsJson = False) -> None:
    """List the connected accounts and their health."""
    output.run(_list(json))


async def _list(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        every = await health.every(tx, now=application.clock.now())
    if as_json:
        output.as_json([item.as_object() for item in every])
        return
    output.table(
        ["Name", "System", "Mode", "State", "Last success", "Calls left"],
        [
            [
                item.connection.name,
                _SYSTEMS[item.connection.system],
                item.connection.mode,
                item.connection.state,
                _moment(item),
                _calls(item),
            ]
            for item in every
        ],
        empty="No connection yet: 'orderbridge connect ghl …', then 'orderbridge connect act …'.",
    )
    for item in every:
        if said := item.connection.state_reason or item.advice:
            output.people.print(f"{item.connection.name}: {said}", markup=False, highlight=False)


def show(name: Name, json: output.AsJson = False) -> None:
    """Show one connection: its health, the age of its token, the calls that are left."""
    output.run(_show(name, json))


async def _show(name: str, as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        item = await health.of(tx, name, now=application.clock.now())
    if as_json:
        output.as_json(item.as_object())
        return
    connection, left = item.connection, item.left
    token = f"{item.token_age_days} days" + (", rotation due" if item.rotation_due else "")
    rows: list[list[object]] = [
        ["Name", connection.name],
        ["System", _SYSTEMS[connection.system]],
        ["Mode", connection.mode],
        ["Account", connection.account],
        ["State", connection.state],
        ["Reason", connection.state_reason],
        ["Last success", _moment(item)],
        ["Failures in a row", connection.failures],
        ["Age of its token", token if item.token_age_days is not None else None],
        ["Calls left", _calls(item)],
        ["Calls left today", left.calls_today],
        ["No calls before", left.blocked_until and f"{left.blocked_until:%Y-%m-%d %H:%M:%S} UTC"],
        ["To do", item.advice],
    ]
    output.table(["", ""], [row for row in rows if row[1] is not None], empty="")


def _moment(item: ConnectionHealth) -> str:
    at = item.connection.last_success_at
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


def _calls(item: ConnectionHealth) -> str:
    return "no limit known" if item.left.calls is None else f"{item.left.calls} in {item.left.window_s:g} s"


def pause(name: Name) -> None:
    """Make no call to an account until 'resume'; what comes in is still taken and waits."""
    output.run(_pause(name))


async def _pause(name: str) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        changed = await pausing.pause(tx, name)
    output.people.print(
        f"{name} is paused: no calls to it; what comes in is stored and waits."
        if changed
        else f"{name} was paused already.",
        markup=False,
    )


def resume(name: Name) -> None:
    """Let a paused account be used again; what waited for it goes on."""
    output.run(_resume(name))


async def _resume(name: str) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        changed = await pausing.resume(tx, name)
    output.people.print(f"{name} goes on." if changed else f"{name} was not paused.", markup=False)
