"""``orderbridge flows fields``: what an account has that a flow can fill."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.automation.account_fields import fields_of
from orderbridge.cli import output
from orderbridge.flows.account_field import AccountField
from orderbridge.store import connections

_MOST_SHOWN = 6


def register(app: typer.Typer) -> None:
    """Add the command to those of flows."""
    app.command("fields")(show_fields)


def show_fields(
    connection: Annotated[str, typer.Option(help="Name of a connection.")],
    kind: Annotated[
        str, typer.Option(help="contact, company, opportunity, product, task, or a custom table's name.")
    ],
    json: output.AsJson = False,
) -> None:
    """List the fields that mappings can name, the account's own ones and their choices included."""
    output.run(_show(connection, kind, json))


async def _show(name: str, kind: str, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        async with application.db.begin() as tx:
            found = await connections.named(tx, name)
        fields = await fields_of(application.runtime, found.id, kind)
    if as_json:
        output.as_json([item.as_json() for item in fields])
        return
    output.table(
        ["Field", "Label", "Takes"], [[item.name, item.label, _takes(item)] for item in fields], empty="None."
    )


def _takes(item: AccountField) -> str:
    said = [item.type]
    if item.max_length:
        said.append(f"at most {item.max_length} characters")
    if item.choices is not None:
        shown = ", ".join(item.choices[:_MOST_SHOWN]) + (", …" if len(item.choices) > _MOST_SHOWN else "")
        said.append(f"{'only' if item.closed else 'such as'} {shown or 'nothing yet'}")
    said += [word for word, so in (("read-only", item.read_only), ("required", item.required)) if so]
    return "; ".join(said)
