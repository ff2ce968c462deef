"""``orderbridge completeness``: what came on a day, by which way, and what is missing."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from orderbridge.app import Application, open_application
from orderbridge.cli import output
from orderbridge.core.business_day import day_of, days
from orderbridge.core.errors import SetupError
from orderbridge.engine.time_zones import time_zone
from orderbridge.proof.completeness import completeness as state
from orderbridge.proof.completeness_statement import Completeness, KindStatement
from orderbridge.store import connections
from orderbridge.store.connections import Connection

_GAPS_SHOWN, _MOST_DAYS = 40, 366


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("completeness")(completeness)


def completeness(
    day: Annotated[
        str | None, typer.Option(help="Such as 2026-03-02, in the account's time zone; today by default.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="The first of several days.")] = None,
    until: Annotated[str | None, typer.Option(help="The last of several days; today by default.")] = None,
    connection: Annotated[
        str | None, typer.Option(help="A name of 'orderbridge connections list'; every account by default.")
    ] = None,
    fulfilments: Annotated[
        bool,
        typer.Option(help="Ask for fulfilments too: one call for each order that was handed over."),
    ] = True,
    json: output.AsJson = False,
) -> None:
    """Say what came on a day and by which way, and what is missing; exit code 1 where it is not complete."""
    if day is not None and (since is not None or until is not None):
        raise SetupError("say either --day or --since and --until")
    if until is not None and since is None:
        raise SetupError("--until needs --since")
    first, last = _date(day or since), _date(day or until)
    if first is not None and last is not None and not 0 <= (last - first).days < _MOST_DAYS:
        raise SetupError(f"the days from {first} to {last} are none, or more than {_MOST_DAYS}")
    output.run(_completeness(first, last, connection, fulfilments, json))


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SetupError(f"{text!r} is no day; write it like 2026-03-02") from error


async def _completeness(
    first: date | None, last: date | None, name: str | None, fulfilments: bool, as_json: bool
) -> None:
    async with open_application(output.settings()) as application:
        async with application.db.read() as tx:
            every = [await connections.named(tx, name)] if name else await connections.every(tx)
        if not every:
            raise SetupError(
                "there is no account yet; 'orderbridge connect ghl' and 'orderbridge connect act'"
            )
        found = [
            statement
            for item in every
            for statement in await _days(application, item, first, last, fulfilments)
        ]
    if as_json:
        output.as_json([item.as_json() for item in found])
    else:
        for item in found:
            show(item)
    if not all(item.complete for item in found):
        sys.exit(1)


async def _days(
    application: Application, item: Connection, first: date | None, last: date | None, fulfilments: bool
) -> list[Completeness]:
    runtime = application.runtime
    zone = await time_zone(runtime, item)
    today = day_of(runtime.clock.now(), zone.zone)
    found = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    quiet = not output.messages.is_terminal
    with Progress(*columns, console=output.messages, transient=True, disable=quiet) as bar:
        task = bar.add_task("")
        for one in days(first or today, last or today):

            def told(kind: str, rows: int, one: date = one) -> None:
                bar.update(task, description=f"{item.name}, {one}: {rows:,} {kind} rows read")

            found.append(await state(runtime, item, one, with_fulfilments=fulfilments, on_progress=told))
    return found


def show(item: Completeness) -> None:
    """Print a statement for people."""
    for line in item.lines():
        output.people.print(line, markup=False, highlight=False)
    kinds = [one for _, one in sorted(item.kinds.items()) if one.changes or one.listed or one.not_asked]
    output.table(
        ["Kind", "Came first by", "Came again by", "Slowest", "In the list", "As with us", "Gaps"],
        [_row(one) for one in kinds],
        empty="Nothing came, and the lists show nothing.",
    )
    for one in kinds:
        if one.not_asked is not None:
            output.people.print(
                f"{one.kind}: could not be asked: {one.not_asked}", markup=False, highlight=False
            )
    gaps = [(one.kind, gap) for one in kinds for gap in one.gaps]
    if gaps:
        output.table(
            ["Record", "Kind", "What", "Why", "What to do"],
            [
                [gap.record_id, kind, gap.what.replace("_", " "), gap.why, gap.todo]
                for kind, gap in gaps[:_GAPS_SHOWN]
            ],
            empty="",
        )
    if len(gaps) > _GAPS_SHOWN:
        output.people.print(
            f"{_GAPS_SHOWN} of {len(gaps):,} gaps; --json shows all of them.", highlight=False
        )
    notes = [f"Days are counted in {item.time_zone}.", *item.notes]
    if item.before is not None:
        notes.append(f"the statement of {item.before[0]:%Y-%m-%d %H:%M} UTC had {item.before[1]:,} missing")
    output.people.print(" ".join(f"{note.rstrip('.')}." for note in notes), markup=False, highlight=False)


def _row(one: KindStatement) -> list[str]:
    # Older than our listening, or of something that is carried over by nobody: said with what is as it should be.
    passed = f" ({one.earlier + one.passed:,} not ours to carry)" if one.earlier + one.passed else ""
    return [
        one.kind.replace("_", " "),
        _ways(one.ways),
        _ways(one.also),
        "" if one.slowest_s is None else _length(one.slowest_s),
        "not asked" if one.not_asked else f"{one.listed:,}",
        f"{one.agreeing:,}{passed}",
        f"{len(one.gaps):,}",
    ]


def _ways(ways: dict[str, int]) -> str:
    return ", ".join(f"{way} {count:,}" for way, count in sorted(ways.items(), key=lambda item: -item[1]))


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 60 / 24:.0f} days"
