"""``orderbridge users``: who may use the web app."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.access import invitations, names, people
from orderbridge.access.invitations import Link
from orderbridge.app import open_database
from orderbridge.cli import output
from orderbridge.core.clock import SystemClock
from orderbridge.settings import Settings
from orderbridge.store import users

users_app = typer.Typer(help="Who may use the web app: owners and bookkeepers.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The user's name; capital letters make no difference.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(users_app, name="users")


@users_app.command("list")
def list_users(json: output.AsJson = False) -> None:
    """List the users, their roles, and who is invited."""
    output.run(_list(json))


async def _list(as_json: bool) -> None:
    async with open_database(output.settings()) as db, db.read() as tx:
        found = await users.every(tx, now=SystemClock().now())
    if as_json:
        output.as_json(found)
        return
    output.table(
        ["Name", "Role", "Since", "Signed in last", "Link until"],
        [
            [
                row["name"],
                row["role"],
                row["created_at"] or "invited",
                row["signed_in_at"] or "never",
                row["invited_until"],
            ]
            for row in found
        ],
        empty="No user yet: 'orderbridge users invite NAME --role owner', or open the link that 'orderbridge serve' "
        "prints.",
    )


@users_app.command("invite")
def invite_user(
    name: Name,
    role: Annotated[
        str, typer.Option(help="owner (everything) or bookkeeper (reads, and changes nothing).")
    ] = names.BOOKKEEPER,
    json: output.AsJson = False,
) -> None:
    """Make a one-time link with which somebody makes an account; it works for 24 hours.

    An earlier link for the same name stops working.
    """
    output.run(_invite(name, role, json))


async def _invite(name: str, role: str, as_json: bool) -> None:
    settings = output.settings()
    async with open_database(settings) as db:
        link = await invitations.invite(db, SystemClock(), name, role)
    _show(settings, name, link, as_json, "make the account")


@users_app.command("reset")
def reset_password(name: Name, json: output.AsJson = False) -> None:
    """Make a one-time link that sets a forgotten password anew; when it is used, all the user's sessions end."""
    output.run(_reset(name, json))


async def _reset(name: str, as_json: bool) -> None:
    settings = output.settings()
    async with open_database(settings) as db:
        link = await invitations.reset(db, SystemClock(), name)
    _show(settings, name, link, as_json, "choose another password")


@users_app.command("remove")
def remove_user(name: Name) -> None:
    """Remove a user with all sessions, or withdraw an invitation; the last owner stays."""
    output.run(_remove(name))


async def _remove(name: str) -> None:
    async with open_database(output.settings()) as db:
        removed = await people.remove(db, name)
    output.people.print(f"{removed}: removed", markup=False)


@users_app.command("role")
def change_role(
    name: Name, role: Annotated[str, typer.Argument(help="owner or bookkeeper.")], json: output.AsJson = False
) -> None:
    """Give a user another role, at once; the last owner stays one."""
    output.run(_role(name, role, json))


async def _role(name: str, role: str, as_json: bool) -> None:
    async with open_database(output.settings()) as db:
        user = await people.change_role(db, name, role)
    if as_json:
        output.as_json({"name": user.name, "role": user.role})
        return
    output.people.print(f"{user.name}: {user.role}", markup=False)


def _show(settings: Settings, name: str, link: Link, as_json: bool, purpose: str) -> None:
    address = link.at(settings.base_url)
    if as_json:
        output.as_json_shown({"name": name, "link": address, "expires_at": link.expires_at})
        return
    output.people.print(address, markup=False, soft_wrap=True)
    until = f"{link.expires_at.astimezone():%Y-%m-%d %H:%M}"
    output.messages.print(
        f"Give it to {name}, who opens it to {purpose}; it works once, until {until}.", markup=False
    )
