"""``orderbridge conflicts``: what a person has to decide between the two sides."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from orderbridge.app import open_application
from orderbridge.catalogue.pairs import DELETED
from orderbridge.cli import output
from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import tray
from orderbridge.store import conflicts

conflicts_app = typer.Typer(help="What a person decides between the two sides.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(conflicts_app, name="conflicts")


@conflicts_app.command("list")
def list_conflicts(
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Those that were decided, newest first.")
    ] = False,
    limit: Annotated[int, typer.Option(help="How many.")] = 100,
    json: output.AsJson = False,
) -> None:
    """List what waits for a decision, oldest first."""
    output.run(_list(resolved, limit, json))


async def _list(resolved: bool, limit: int, as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = await conflicts.listed(tx, resolved=resolved, limit=limit)
    if as_json:
        output.as_json([row | {"choices": tray.choices(row)} for row in found])
        return
    output.table(
        ["Conflict", "About", "Act!", "HighLevel", "Resolution" if resolved else "Why"],
        [
            [
                row["id"][:12],
                row["field"] or f"{row['kind']} is gone",
                _side(row, "act"),
                _side(row, "ghl"),
                row["resolution"] if resolved else row["why"],
            ]
            for row in found
        ],
        empty="Nothing was decided yet." if resolved else "Nothing waits for a decision.",
    )


def _side(row: JsonObject, side: str) -> str:
    if row["sort"] == DELETED:
        return "gone" if row["details"]["gone"] == side else str(row[f"{side}_id"])
    value = row[f"{side}_value"]
    return "" if value is None else value if isinstance(value, str) else jsonio.encode(value).decode()


@conflicts_app.command("resolve")
def resolve(
    conflict_id: Annotated[str, typer.Argument(help="An id of 'orderbridge conflicts list'.")],
    take: Annotated[
        str | None,
        typer.Option(help="act or ghl: whose value both get. Of a deletion: keep, delete or recreate."),
    ] = None,
    value: Annotated[str | None, typer.Option(help="A value that both get instead.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to a deletion.")] = False,
    json: output.AsJson = False,
) -> None:
    """Decide: writes what you decided to where it is missing, and proves it."""
    if (take is None) == (value is None):
        raise typer.BadParameter("give --take or --value")
    chosen: Any = take if take is not None else {"value": value}
    output.run(_resolve(conflict_id, chosen, yes, json))


async def _resolve(conflict_id: str, take: Any, yes: bool, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        found = await tray.resolve(
            application.runtime, conflict_id, take=take, allowed=["deletes"] if yes else []
        )
    if as_json:
        output.as_json(found)
    else:
        output.people.print(f"Resolved: {found['resolution']}.", markup=False)
