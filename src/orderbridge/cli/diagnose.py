"""``orderbridge connections test``: what is wrong with a connection, in plain words."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from orderbridge.accounts import public_address
from orderbridge.accounts.diagnosis import Diagnosis, diagnose
from orderbridge.app import open_application
from orderbridge.cli import output
from orderbridge.connectors import registry
from orderbridge.connectors.diagnosis import Finding
from orderbridge.core.errors import SetupError
from orderbridge.store import connections
from orderbridge.store.connections import Connection


def add_to(connections_app: typer.Typer) -> None:
    """Add the command to its group."""
    connections_app.command("test")(try_connections)


def try_connections(
    name: Annotated[
        str | None, typer.Argument(help="A name of 'orderbridge connections list'; default: all of them.")
    ] = None,
    json: output.AsJson = False,
) -> None:
    """Try accounts, check by check, and say in plain words what is wrong and what to do; changes nothing."""
    output.run(_test(name, json))


async def _test(name: str | None, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        async with application.db.begin() as tx:
            chosen = _chosen(await connections.every(tx), name)
        address = None
        if name is None:
            address = await public_address.check(application.db, application.settings.public_url)
        results = [await diagnose(application.runtime, item) for item in chosen]
    if as_json:
        first = [{"name": "public address", **address.as_json()}] if address else []
        output.as_json([*first, *(result.to_json() for result in results)])
    else:
        if address:
            output.people.print(f"Public address: {address.message}", markup=False)
        _print(results)
    if (address and address.ok is False) or not all(result.ok for result in results):
        sys.exit(1)


def _chosen(every: list[Connection], name: str | None) -> list[Connection]:
    chosen = [item for item in every if name is None or item.name == name]
    if name is not None and not chosen:
        raise SetupError(
            f"there is no connection named {name!r}; see 'orderbridge connections list'",
            cause="connection.missing",
        )
    return chosen


def _print(results: list[Diagnosis]) -> None:
    if not results:
        output.people.print("No connection yet.")
    for result in results:
        item = result.connection
        verdict = "works" if result.ok else "does not work"
        output.people.print(
            f"{item.name} ({registry.title(item.system)}, {item.mode}) {verdict}: {result.message}",
            markup=False,
        )
        output.table(
            ["Outcome", "Check", "What is the case, and what to do"],
            [[check.finding.outcome, check.title, _words(check.finding)] for check in result.checks],
            empty="",
        )


def _words(finding: Finding) -> str:
    return finding.says if finding.next is None else f"{finding.says}.\nTo do: {finding.next}"
