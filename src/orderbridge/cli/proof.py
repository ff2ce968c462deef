"""``orderbridge poll`` and ``reconcile``: look again, and compare both sides."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from orderbridge.app import Application, open_application
from orderbridge.cli import output, reasons_shown
from orderbridge.core.errors import SetupError
from orderbridge.proof.differences import Difference
from orderbridge.proof.fields import Finding
from orderbridge.proof.reconcile import reconcile_all as compare
from orderbridge.proof.reconciliation import Reconciliation
from orderbridge.proof.shown import amount as _amount
from orderbridge.proof.shown import reconciliation_object
from orderbridge.proof.sink import Progress, silent
from orderbridge.sync import poll as polling

_ROWS_SHOWN = 40
_NEEDS_TIME = ("in_work", "waiting")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("poll")(poll)
    app.command("reconcile")(reconcile)


def poll(
    once: Annotated[bool, typer.Option("--once", help="Look once at the whole history, then end.")] = False,
    json: output.AsJson = False,
) -> None:
    """Ask both sides for everything that changed or was deleted; the worker of 'serve' carries it over."""
    if not once:
        raise SetupError("'orderbridge serve' polls all the time; here say --once")
    output.run(_poll(json))


async def _poll(as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        results = await polling.poll_all(application.runtime, everything=True)
    if as_json:
        output.as_json([item.as_object() for item in results])
    else:
        output.table(
            ["Connection", "Stream", "Rows", "New or moved", "Missing"],
            [
                [item.connection, part.stream, part.rows, part.moved, part.missing]
                for item in results
                for part in item.streams
            ],
            empty="Nothing to look at: there is no HighLevel connection yet, and no flow listens to an Act! one.",
        )
    for item in results:
        for part in item.streams:
            if part.suspicious:
                output.messages.print(
                    f"{item.connection}, {part.stream}: {part.missing} records vanished at once, so none is taken as "
                    "deleted; check what our user may see there",
                    markup=False,
                )
    failed = [item for item in results if item.error]
    for item in failed:
        output.messages.print(f"{item.connection}: {item.error}", markup=False)
    if failed:
        sys.exit(1)


def reconcile(
    by_reason: Annotated[
        bool,
        typer.Option("--by-reason", help="Differences grouped by their reason, with what to do about each."),
    ] = False,
    lines: Annotated[
        bool,
        typer.Option(
            "--lines", help="Compare discount, tax, shipping and each line too; a call more for each sale."
        ),
    ] = False,
    json: output.AsJson = False,
) -> None:
    """Compare both sides as their APIs show them now; exit code 1 when they differ."""
    output.run(_reconcile(by_reason, json, lines))


async def _reconcile(by_reason: bool, as_json: bool, lines: bool) -> None:
    async with open_application(output.settings()) as application:
        with counting() as progress:
            results = await reconcile_all(application, lines=lines, progress=progress)
    if by_reason:
        reasons_shown.show(results, as_json=as_json)
    elif as_json:
        output.as_json([reconciliation_object(item) for item in results])
    else:
        for item in results:
            show(item)
    if not all(item.agrees for item in results):
        sys.exit(1)


async def reconcile_all(
    application: Application, *, lines: bool = False, progress: Progress = silent
) -> list[Reconciliation]:
    """Compare every pair of connections that a flow joins."""
    return await compare(application.runtime, lines=lines, progress=progress)


def _show_differences(every: Sequence[Difference]) -> None:
    # What only needs time comes last: a person looks for the others.
    listed = sorted(every, key=lambda part: part.reason in _NEEDS_TIME)[:_ROWS_SHOWN]
    if listed:
        output.table(
            ["Order", "What", "Difference", "Reason", "Evidence"],
            [
                [
                    part.order_id,
                    part.measure,
                    f"{_amount(part.amount, part.currency)} {part.currency}",
                    part.reason,
                    part.evidence,
                ]
                for part in listed
            ],
            empty="",
        )
    if len(every) > len(listed):
        left = Counter(part.reason for part in every)
        reasons = ", ".join(f"{count} {reason}" for reason, count in left.most_common())
        output.people.print(
            f"{len(listed)} of {len(every)} differences ({reasons}); --json shows all of them.",
            markup=False,
            highlight=False,
        )


def show(item: Reconciliation) -> None:
    """Print the comparison for people."""
    output.people.print(item.line(), highlight=False)
    output.table(
        ["Currency", "", "HighLevel", "Act!", "Difference"],
        [
            [
                currency,
                measure,
                _amount(item.highlevel.get(measure, {}).get(currency, 0), currency),
                _amount(item.act.get(measure, {}).get(currency, 0), currency),
                _amount(item.difference(measure, currency), currency),
            ]
            for currency in item.currencies
            for measure in item.measures
        ],
        empty="Nothing on either side.",
    )
    _show_differences(item.differences)
    show_findings(item.findings)
    if any(item.duplicates.values()):
        output.people.print(f"Twice in Act!: {item.duplicates}")
    if item.unreadable:
        output.people.print(
            f"{item.unreadable} HighLevel records cannot be read; see 'orderbridge dead-letters list'"
        )


def show_findings(every: Sequence[Finding]) -> None:
    """Print the differences that are no money."""
    if not every:
        return
    output.table(
        ["Order", "What", "HighLevel", "Act!", "Reason", "Evidence"],
        [
            [part.sale, part.field, part.highlevel, part.act, part.code, part.evidence]
            for part in every[:_ROWS_SHOWN]
        ],
        empty="",
    )
    if len(every) > _ROWS_SHOWN:
        output.people.print(f"{_ROWS_SHOWN} of {len(every)} that are no money; --json shows all of them.")


@contextmanager
def counting() -> Iterator[Progress]:
    """Show how far a comparison is, where a person looks on."""
    if not output.messages.is_terminal:
        yield silent
        return
    with output.messages.status("Comparing both sides") as status:
        yield lambda what, count: status.update(f"{what}: {count:,}")
