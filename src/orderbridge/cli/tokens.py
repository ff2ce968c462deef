"""``orderbridge tokens``: who may use the HTTP API."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.cli import output
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens

tokens_app = typer.Typer(help="Tokens for this server's HTTP API.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What the token is for, such as the program that uses it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(tokens_app, name="tokens")


@tokens_app.command("create")
def create_token(name: Name, json: output.AsJson = False) -> None:
    """Make a token and show it, this once; only its hash is kept."""
    output.run(_create(name, json))


async def _create(name: str, as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name=name)
    if as_json:
        output.as_json_shown({"name": name, "token": token})
        return
    output.people.print(token, markup=False, soft_wrap=True)
    output.messages.print("Keep it now: it cannot be shown again. Send it as 'Authorization: Bearer …'.")


@tokens_app.command("list")
def list_tokens(json: output.AsJson = False) -> None:
    """List the tokens and when each was used last."""
    output.run(_list(json))


async def _list(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = await api_tokens.every(tx)
    if as_json:
        output.as_json(found)
        return
    output.table(
        ["Name", "Made", "Used last"],
        [[row["name"], row["created_at"], row["last_used_at"] or "never"] for row in found],
        empty="No token yet: 'orderbridge tokens create NAME'.",
    )


@tokens_app.command("revoke")
def revoke_token(name: Name) -> None:
    """Take a token back; calls with it are refused at once."""
    output.run(_revoke(name))


async def _revoke(name: str) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        await api_tokens.revoke(tx, name)
    output.people.print(f"{name}: revoked", markup=False)
