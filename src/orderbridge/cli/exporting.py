"""``orderbridge flows export`` and ``schema``: flows as files, and what editors need to help with them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.automation import drafts
from orderbridge.cli import output
from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows import editor_schema, files
from orderbridge.store import connections, flows


def register(app: typer.Typer) -> None:
    """Add the commands to those of flows."""
    app.command("export")(export)
    app.command("schema")(schema)


def export(
    name: Annotated[str | None, typer.Argument(help="A name of 'orderbridge flows list'.")] = None,
    all_: Annotated[
        Path | None, typer.Option("--all", help="Write every published flow into this folder instead.")
    ] = None,
    version: Annotated[int | None, typer.Option(help="An older version.", min=1)] = None,
    draft: Annotated[bool, typer.Option("--draft", help="The draft instead of what is published.")] = False,
) -> None:
    """Print a flow as YAML, or write all of them into files; the same flow gives the same bytes."""
    if (name is None) == (all_ is None):
        raise SetupError("say the name of a flow, or --all and a folder", cause="command.arguments")
    if name is not None:
        sys.stdout.write(output.run(_export(name, version, draft)))
    elif all_ is not None:
        texts = output.run(_export_all())
        _write(all_, texts | {files.SCHEMA_FILE: _schema_text()})
        output.people.print(f"{len(texts)} flows are in {all_}", markup=False)


async def _export(name: str, version: int | None, draft: bool) -> str:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = await drafts.find(tx, name)
        definition: JsonObject | None
        if draft:
            definition = found.draft.definition if found.draft else None
        elif version is not None:
            definition = await flows.version(tx, found.flow_id, version)
        else:
            definition = found.stored.definition if found.stored else found.newest
    if definition is None:
        raise SetupError(
            f"{found.name!r} has no {'draft' if draft else f'version {version}'}; see 'orderbridge flows versions'",
            cause="flow.no_version",
        )
    return files.write(definition, source=found.source.name, target=found.target.name)


async def _export_all() -> dict[str, str]:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        every = await flows.every(tx)
        names = {item.id: item.name for item in await connections.every(tx)}
    texts = {}
    for item in every:
        source, target = names[item.source_connection], names[item.target_connection]
        # Two flows of one name stand between different connections.
        same = sum(other.definition["flow"] == item.definition["flow"] for other in every) > 1
        name = f"{item.definition['flow']}{f'.{source}.{target}' if same else ''}.yaml"
        texts["".join(one if one.isalnum() or one in "-._" else "_" for one in name)] = files.write(
            item.definition, source=source, target=target
        )
    return texts


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SetupError(f"{folder} cannot be written: {error.strerror}", cause="flow.no_file") from error


def schema() -> None:
    """Print the JSON Schema of a flow's file, for editors."""
    sys.stdout.write(_schema_text())


def _schema_text() -> str:
    return jsonio.pretty(editor_schema.schema()) + "\n"
