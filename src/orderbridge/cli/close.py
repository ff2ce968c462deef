"""``orderbridge close``: close a business day, and look at the days that were closed."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from orderbridge.app import Application, open_application
from orderbridge.cli import output
from orderbridge.cli.proof import counting
from orderbridge.core.errors import SetupError
from orderbridge.proof import closing, exporting
from orderbridge.proof.close_views import as_object, day_of_text, one_day
from orderbridge.proof.daily_views import overview
from orderbridge.proof.pairs import joined_connections
from orderbridge.store import closes
from orderbridge.store.closes import Close
from orderbridge.store.database import Database

close_app = typer.Typer(help="The daily close: both sides of one business day.", invoke_without_command=True)

Csv = Annotated[Path | None, typer.Option("--csv", help="Write positions and differences into this file.")]
Excel = Annotated[bool, typer.Option("--bom", help="Begin the file so that Excel reads it as UTF-8.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(close_app, name="close")


@close_app.callback()
def close(
    ctx: typer.Context,
    day: Annotated[
        str | None, typer.Option("--day", help="2026-01-31; the last day that is over without it.")
    ] = None,
    csv: Csv = None,
    bom: Excel = False,
    json: output.AsJson = False,
) -> None:
    """Compare both sides and close a day; exit code 1 when its money differs.

    'orderbridge serve' closes each day by itself some hours after the location's midnight, and states what of it came;
    'orderbridge close status' shows that. This command closes a day once more, or one that was left.
    """
    if ctx.invoked_subcommand is None:
        output.run(_close(day_of_text(day), csv, bom, json))


async def _close(day: date | None, csv: Path | None, bom: bool, as_json: bool) -> None:
    done = []
    async with open_application(output.settings()) as application:
        with counting() as progress:
            for source, target in await joined_connections(application.db):
                done.append(
                    await closing.close_day(application.runtime, source, target, day=day, progress=progress)
                )
        if csv is not None:
            await _write(application.db, csv, [item.close for item in done], bom=bom)
        if as_json:
            output.as_json(
                [
                    await one_day(application.db, item.close)
                    | {"reopened": [earlier.isoformat() for earlier in item.reopened]}
                    for item in done
                ]
            )
        else:
            for item in done:
                await _show(application, item.close)
                for earlier in item.reopened:
                    output.people.print(f"{earlier} is not what it was; 'orderbridge close show {earlier}'")
    if not all(item.close.document["agrees"] for item in done):
        sys.exit(1)


@close_app.command("list")
def list_closes(json: output.AsJson = False) -> None:
    """List the closed days, the latest first: green, open, red or reopened."""
    output.run(_list(json))


async def _list(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.read() as tx:
        found = await closes.newest(tx)
    if as_json:
        output.as_json([as_object(item) for item in found])
        return
    output.table(
        ["Day", "State", "Location", "What", "Changed since"],
        [
            [item.day, item.shown_state, item.source, item.document["line"], item.changes or None]
            for item in found
        ],
        empty="No day was closed yet; 'orderbridge close' closes the last one.",
    )


@close_app.command("status")
def show_status(json: output.AsJson = False) -> None:
    """Show what 'orderbridge serve' has closed by itself last, and why a later day waits."""
    output.run(_status(json))


async def _status(as_json: bool) -> None:
    settings = output.settings()
    async with open_application(settings) as application, application.db.read() as tx:
        found = await overview(tx)
    if as_json:
        output.as_json({"on": settings.daily_close, "grace_s": settings.daily_close_grace_s, "closes": found})
        return
    said = (
        f"'orderbridge serve' closes a day {settings.daily_close_grace_s / 3600:g} hours after it is over."
        if settings.daily_close
        else "Days are closed by hand only: ORDERBRIDGE_DAILY_CLOSE is off."
    )
    output.people.print(said, highlight=False)
    output.table(
        ["Location", "Database", "Last day", "State", "What", "Missing", "Closed at"],
        [
            [
                item["location"],
                item["database"],
                item["day"],
                item["state"],
                item["line"],
                _missing(item["statements"]),
                item["closed_at"],
            ]
            for item in found
        ],
        empty="No day was closed by itself yet; the first is that on which a flow was published.",
    )
    for item in found:
        for one, name in (
            (item, f"{item['location']} and {item['database']}, close"),
            *((row, f"{row['connection']}, completeness") for row in item["statements"]),
        ):
            if one["waits_since"]:
                output.people.print(
                    f"{name}: {one['waits_since']} waits: {one['waits_for']}", markup=False, highlight=False
                )
            if one["left_until"]:
                output.people.print(
                    f"{name}: days up to {one['left_until']} were left to the commands", markup=False
                )


def _missing(statements: list[dict[str, Any]]) -> str:
    return ", ".join(
        f"{item['connection']} {item['missing']:,}" for item in statements if item["missing"] is not None
    )


@close_app.command("show")
def show_close(
    day: Annotated[str, typer.Argument(help="2026-01-31")],
    csv: Csv = None,
    bom: Excel = False,
    json: output.AsJson = False,
) -> None:
    """Show a closed day with its reasons, and what changed since."""
    output.run(_show_day(day_of_text(day), csv, bom, json))


async def _show_day(day: date | None, csv: Path | None, bom: bool, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        async with application.db.read() as tx:
            found = await closes.newest(tx, day=day)
        if not found:
            raise SetupError(f"{day} was not closed; 'orderbridge close --day {day}' closes it")
        if csv is not None:
            await _write(application.db, csv, found, bom=bom)
        if as_json:
            output.as_json([await one_day(application.db, item) for item in found])
            return
        for item in found:
            await _show(application, item)


async def _show(application: Application, close: Close) -> None:
    shown = await one_day(application.db, close)
    output.people.print(f"{close.day} {close.shown_state}: {shown['line']}", markup=False, highlight=False)
    output.people.print(f"{shown['counted']} Time zone: {close.zone}.", markup=False, highlight=False)
    if shown["note"]:
        output.people.print(shown["note"], markup=False)
    if not shown["over"]:
        output.people.print("The day is not over yet.")
    output.table(
        ["Currency", "", "HighLevel", "Act!", "Difference"],
        [
            [currency, measure, part["highlevel"], part["act"], part["difference"]]
            for currency, measures in shown["totals"].items()
            for measure, part in measures.items()
        ],
        empty="Nothing on either side.",
    )
    if shown["differences"]:
        output.table(
            ["Order", "What", "Amount", "Reason", "Evidence"],
            [
                [
                    item["order_id"],
                    item["measure"],
                    f"{part['amount']} {item['currency']}",
                    part["code"],
                    part["evidence"],
                ]
                for item in shown["differences"]
                for part in item["reasons"]
            ],
            empty="",
        )
    if shown["findings"]:
        output.table(
            ["Order", "What", "HighLevel", "Act!", "Reason"],
            [
                [item["order_id"], item["field"], item["highlevel"], item["act"], item["reason"]]
                for item in shown["findings"]
            ],
            empty="",
        )
    _show_changes(shown["changes"])


def _show_changes(changes: list[dict[str, Any]]) -> None:
    if changes:
        output.people.print("Changed since it was closed:")
        output.table(
            ["Order", "What", "HighLevel", "Act!", "Noticed"],
            [
                [
                    item["order_id"],
                    f"{item['measure']} {item['currency']}",
                    f"{item['highlevel']['before']} → {item['highlevel']['after']}",
                    f"{item['act']['before']} → {item['act']['after']}",
                    item["noticed_at"],
                ]
                for item in changes
            ],
            empty="",
        )


async def _write(db: Database, path: Path, found: list[Close], *, bom: bool) -> None:
    # A file that is there half is worse than none: it is put in its place when it is whole.
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            async for line in exporting.lines(db, found, bom=bom):
                file.write(line)
        beside.replace(path)
    except OSError as error:
        raise SetupError(
            f"{path} cannot be written: {error.strerror or error}", cause="export.file"
        ) from error
