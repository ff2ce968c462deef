"""``orderbridge polling``: what is looked at again and how often, what it costs, and how to change it."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.cli import output
from orderbridge.sync import promises
from orderbridge.sync.promises import Overview

polling_app = typer.Typer(help="How often the lists are looked at, and what it costs.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A name of 'orderbridge connections list'.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(polling_app, name="polling")


@polling_app.command("show")
def show_polling(
    connection: Annotated[str | None, typer.Argument(help="Only this connection.")] = None,
    json: output.AsJson = False,
) -> None:
    """Show by list and age what is promised, what it costs, and when it was looked at last."""
    output.run(_show(connection, json))


async def _show(name: str | None, as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = (
            await promises.overviews(tx, application.runtime)
            if name is None
            else [await promises.of_name(tx, application.runtime, name)]
        )
    if as_json:
        output.as_json([item.as_object() for item in found])
        return
    if not found:
        output.people.print(
            "No connection yet: 'orderbridge connect ghl …', then 'orderbridge connect act …'."
        )
    for item in found:
        _print(item)


@polling_app.command("set")
def set_polling(
    connection: Name,
    recent: Annotated[
        float | None, typer.Option(help="Seconds between two looks at records of the last 2 days.")
    ] = None,
    month: Annotated[
        float | None, typer.Option(help="Seconds between two looks at those of the last 35 days.")
    ] = None,
    older: Annotated[float | None, typer.Option(help="Seconds between two looks at all of a list.")] = None,
    whole: Annotated[
        float | None, typer.Option(help="Seconds between two looks at a list that cannot be asked by date.")
    ] = None,
    fulfilments_recent: Annotated[
        float | None, typer.Option(help="Seconds in which fulfilments of recent orders are read again.")
    ] = None,
    fulfilments_month: Annotated[
        float | None, typer.Option(help="Seconds in which those of the last 35 days are.")
    ] = None,
    fulfilments_older: Annotated[
        float | None, typer.Option(help="Seconds in which those of all other orders are.")
    ] = None,
    share: Annotated[
        float | None, typer.Option(help="Percent of the permitted calls of a day that polling may use.")
    ] = None,
    json: output.AsJson = False,
) -> None:
    """Change how often a connection's lists are looked at; a running server takes it up with its next round."""
    given = {
        "recent_s": recent,
        "month_s": month,
        "older_s": older,
        "whole_s": whole,
        "parts_recent_s": fulfilments_recent,
        "parts_month_s": fulfilments_month,
        "parts_older_s": fulfilments_older,
        "share": None if share is None else share / 100,
    }
    output.run(_set(connection, {key: value for key, value in given.items() if value is not None}, json))


async def _set(name: str, wanted: dict[str, float], as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = await promises.change(tx, application.runtime, name, wanted)
    if as_json:
        output.as_json(found.as_object())
    else:
        _print(found)


@polling_app.command("confirm")
def confirm(
    connection: Name,
    stream: Annotated[str, typer.Argument(help="A list of 'orderbridge polling show'.")],
) -> None:
    """Say that the records that vanished from a list at once were deleted, and not only hidden from our user."""
    output.run(_confirm(connection, stream))


async def _confirm(name: str, stream: str) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        missing = await promises.confirm_deleted(tx, application.runtime, name, stream)
    output.people.print(
        f"{name}, {stream}: {missing} records were missing; each that is not found by its id in the next look counts "
        "as deleted.",
        markup=False,
    )


def _print(item: Overview) -> None:
    allowed = (
        "no limit is known" if item.allowed_per_day is None else f"{item.allowed_per_day:,.0f} are allowed"
    )
    output.people.print(
        f"{item.connection}: {item.calls_per_day:,.0f} calls a day; {allowed} "
        f"({item.paces.share:.0%} of what the provider permits; live traffic goes first)",
        markup=False,
        highlight=False,
    )
    output.table(
        ["List", "Age", "Rows", "Every", "Calls a look", "Calls a day", "Promise", "Looked at", "Next"],
        [
            [
                row.stream,
                row.age,
                row.rows,
                f"{row.interval_s:,.0f} s",
                row.calls_per_look,
                f"{row.calls_per_day:,.0f}",
                row.promise,
                f"{row.looked_at:%m-%d %H:%M:%S}" if row.looked_at else "never",
                f"{row.due_at:%m-%d %H:%M:%S}" if row.due_at else "now",
            ]
            for row in item.promises
        ],
        empty="Nothing to look at: no flow listens to it.",
    )
    for note in item.notes:
        output.people.print(f"{item.connection}: {note}", markup=False, highlight=False)
