"""``orderbridge connections discover``: what an Act! database has, and what its user may not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from orderbridge.accounts.discovery import discover
from orderbridge.app import open_application
from orderbridge.cli import output
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import connections


def add_to(connections_app: typer.Typer) -> None:
    """Add the command to its group."""
    connections_app.command("discover")(discover_account)


def discover_account(
    name: Annotated[str, typer.Argument(help="Name of an Act! connection.")], json: output.AsJson = False
) -> None:
    """Look around in an Act! database: version, permissions, fields, tables, processes, types, users."""
    output.run(_discover(name, json))


async def _discover(name: str, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        async with application.db.begin() as tx:
            item = await connections.by_name(tx, name, system="act")
        # Within the account's allowance of calls, which on Act! Cloud can mean a minute.
        with output.messages.status(
            "Looking around in Act!; where its allowance of calls is used up, this waits"
        ):
            found = await discover(application.runtime, item)
    if as_json:
        output.as_json(found)
        return
    output.table(["What", "Found"], rows(found), empty="Nothing was found.", whole_first=False)
    for note in found["notes"]:
        output.people.print(f"Not read: {note}", markup=False)


def rows(found: JsonObject) -> list[tuple[str, str]]:
    """Return what was found, line by line, for people."""
    system, user = found["system"], found["user"]
    lines = [
        ("Address", f"{found['address']['url']} ({found['address']['described']})"),
        (
            "Web API",
            f"{system['api_version'] or 'unknown version'}, culture {system['culture'] or 'unknown'}",
        ),
        ("User", f"{user['display_name'] or user['user_name']}, role {user['role'] or 'unknown'}"),
    ]
    lines += [(f"Permission {line['permission']}", _held(line)) for line in found["permissions"]]
    lines += [
        (
            f"Own fields of {kind}",
            _joined(f"{item['label']} ({item['key']}, {item['type']})" for item in items),
        )
        for kind, items in found["fields"].items()
    ]
    lines.append(
        (
            "Custom tables",
            _joined(f"{item['label']} ({len(item['fields'])} fields)" for item in found["tables"]),
        )
    )
    lines += [
        (f"Process {item['name']}", _joined(stage["name"] for stage in item["stages"]))
        for item in found["processes"]
    ]
    lines.append(("History types", _joined(item["name"] for item in found["history_types"])))
    lines.append(("Task types", _joined(item["name"] for item in found["task_types"])))
    lines.append(("Users", _joined(item["display_name"] for item in found["users"])))
    lines.append(("Batches", _batch(found["batch"])))
    lines.append(("Webhooks", "offered" if found["webhooks"]["offered"] else found["webhooks"]["why"]))
    return lines


def _held(line: JsonObject) -> str:
    if line["held"] is None:
        return "cannot be told"
    if line["held"]:
        return "yes"
    lack = "MISSING" if line["needed"] == "always" else "no"
    return f"{lack}: {line['without']}"


def _batch(batch: JsonObject) -> str:
    if not batch["works"]:
        return "refused; calls go one by one"
    counted = {"one": "a batch counts as one call", "each": "each part counts as a call"}
    return f"work; {counted.get(batch['counted'], 'this server tells no limit')}"


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
