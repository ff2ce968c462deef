"""``orderbridge flows go-live`` and ``take-back``: the checked switch to live accounts, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.automation import going_live
from orderbridge.automation.going_live import Switched, TakenBack
from orderbridge.cli import output, reading
from orderbridge.cli.authorship import person
from orderbridge.core.errors import HeldError


def register(app: typer.Typer) -> None:
    """Add the commands to those of flows."""
    app.command("go-live")(go_live)
    app.command("take-back")(take_back)


def go_live(
    flow: Annotated[
        str, typer.Argument(help="A name of 'orderbridge flows list', an enabled template, or a file.")
    ],
    source: Annotated[
        str | None, typer.Option(help="A live connection; default: that of the flow itself.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="The other live connection.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only check; nothing is switched on.")] = False,
    json: output.AsJson = False,
) -> None:
    """Check what has to be so, and let the very version that was tried work on live accounts.

    Ends with 1 and switches nothing on where one check fails.
    """
    output.run(_go_live(flow, reading.file_of(flow), source, target, check, json))


async def _go_live(
    name: str, file: Path | None, source: str | None, target: str | None, only_check: bool, as_json: bool
) -> None:
    async with open_application(output.settings()) as application:
        runtime = application.runtime
        wanted = await going_live.candidates(
            runtime, reading.read(file).flow if file else name, source=source, target=target
        )
        result = await going_live.go_live(
            runtime, wanted, application.checkers, by=person(), only_check=only_check
        )
    if as_json:
        output.as_json(result.as_json())
    else:
        _print(result)
    if not result.ready:
        wrong = sum(not line.ok for line in result.lines)
        raise HeldError(
            f"{wrong} of {len(result.lines)} checks did not pass; nothing was switched on",
            cause="go_live.not_ready",
        )


def _print(result: Switched) -> None:
    output.table(
        ["", "Check", "What is so", "What to do"],
        [["ok" if line.ok else "NOT OK", line.title, line.says, line.next] for line in result.lines],
        empty="Nothing was checked.",
    )
    for name, version in result.flows:
        output.people.print(f"{name} is live, version {version}", markup=False)


def take_back(
    flow: Annotated[str, typer.Argument(help="A name of 'orderbridge flows list', or a template.")],
    json: output.AsJson = False,
) -> None:
    """Let a flow be live no more, and say what it wrote meanwhile."""
    output.run(_take_back(flow, json))


async def _take_back(name: str, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        found = await going_live.take_back(application.runtime, name, by=person())
    if as_json:
        output.as_json([item.as_json() for item in found])
        return
    for item in found:
        _print_back(item)


def _print_back(item: TakenBack) -> None:
    now = f"version {item.runs_now} runs again" if item.runs_now else "nothing runs in its place"
    output.people.print(f"{item.flow} was live since {item.live_since}; {now}", markup=False)
    output.table(
        ["Written meanwhile", "Proved as", "Records", "The first of them"],
        [
            [row["kind"], row["verdict"], row["records"], ", ".join(map(str, row["first_ids"]))]
            for row in item.written
        ],
        empty="Nothing was written meanwhile.",
    )
