"""``orderbridge db``: the schema, backups."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orderbridge.app import database_url
from orderbridge.automation import restoring
from orderbridge.cli import output
from orderbridge.store import backup as backups
from orderbridge.store import schema

db_app = typer.Typer(help="The database: schema, backup, restore.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(db_app, name="db")


@db_app.command("upgrade")
def upgrade() -> None:
    """Bring the schema to what this version expects."""
    output.run(_upgrade())


async def _upgrade() -> None:
    async with database_url(output.settings()) as url:
        revision = await schema.upgrade(url)
    output.people.print(f"The database has schema {revision}.")


@db_app.command("downgrade")
def downgrade(
    revision: Annotated[str, typer.Argument(help="The schema to go back to; 'base' empties it.")],
) -> None:
    """Go back to an older schema; make a backup first."""
    output.run(_downgrade(revision))


async def _downgrade(revision: str) -> None:
    async with database_url(output.settings()) as url:
        await schema.downgrade(url, revision)
    output.people.print(f"The database was taken back to schema {revision}.")


@db_app.command("backup")
def backup(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write everything that the database holds into one file."""
    output.run(_backup(file))


async def _backup(file: Path) -> None:
    async with database_url(output.settings()) as url:
        written = await backups.backup(url, file)
    output.people.print(
        f"Wrote {written.path} ({written.size_bytes:,} bytes). Keep master.key with it, apart from it."
    )


@db_app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that 'db backup' wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Cut off others that use the database.")] = False,
) -> None:
    """Replace the database by a backup; stop 'serve' first."""
    output.run(_restore(file, force))


async def _restore(file: Path, force: bool) -> None:
    async with database_url(output.settings()) as url:
        await restoring.restore(url, file, force=force)
    output.people.print("Restored. Records are looked up in Act! before they are created from now on.")
