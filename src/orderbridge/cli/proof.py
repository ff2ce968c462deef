"""``orderbridge poll`` and ``reconcile``: look again, and compare both sides."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

import typer

from orderbridge.app import Application, open_application
from orderbridge.cli import output, reasons_shown
from orderbridge.core.errors import BadRecordError, SetupError
from orderbridge.core.money import quantized
from orderbridge.proof.measures import MEASURES
from orderbridge.proof.reconcile import Difference, Reconciliation
from orderbridge.proof.reconcile import reconcile as compare
from orderbridge.store import connections, flows
from orderbridge.store.connections import Connection
from orderbridge.store.flows import StoredFlow
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
        output.as_json(
            [
                {
                    "connection": item.connection,
                    "error": item.error,
                    "streams": {
                        part.stream: {"rows": part.rows, "moved": part.moved, "missing": part.missing}
                        for part in item.streams
                    },
                }
                for item in results
            ]
        )
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
    json: output.AsJson = False,
) -> None:
    """Compare both sides as their APIs show them now; exit code 1 when they differ."""
    output.run(_reconcile(by_reason, json))


async def _reconcile(by_reason: bool, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        results = await reconcile_all(application)
    if by_reason:
        reasons_shown.show(results, as_json=as_json)
    elif as_json:
        output.as_json([as_object(item) for item in results])
    else:
        for item in results:
            show(item)
    if not all(item.agrees for item in results):
        sys.exit(1)


async def reconcile_all(application: Application) -> list[Reconciliation]:
    """Compare every pair of connections that a flow joins."""
    async with application.db.begin() as tx:
        every = {item.id: item for item in await connections.every(tx)}
        joined = _joined(every, await flows.every(tx))
    if not joined:
        raise SetupError("no flow joins two connections yet; 'orderbridge templates enable …'")
    return [await compare(application.runtime, source, target) for source, target in joined]


def _joined(
    every: Mapping[str, Connection], stored: Sequence[StoredFlow]
) -> list[tuple[Connection, Connection]]:
    """Return the pairs of a HighLevel and an Act! connection that flows join, in whichever direction."""
    pairs = set()
    for flow in stored:
        by_system = {
            every[item].system: item
            for item in (flow.source_connection, flow.target_connection)
            if item in every
        }
        if {"ghl", "act"} <= by_system.keys():
            pairs.add((by_system["ghl"], by_system["act"]))
    return [(every[one], every[other]) for one, other in sorted(pairs)]


def as_object(item: Reconciliation) -> dict[str, Any]:
    """The comparison as JSON, amounts as text."""
    return {
        "source": item.source,
        "target": item.target,
        "orders": item.orders,
        "invoices": item.invoices,
        "agrees": item.agrees,
        "explained": item.explained,
        "line": item.line(),
        "totals": {
            currency: {
                measure: {
                    "highlevel": _amount(item.highlevel[measure].get(currency, 0), currency),
                    "act": _amount(item.act[measure].get(currency, 0), currency),
                    "difference": _amount(item.difference(measure, currency), currency),
                }
                for measure in MEASURES
            }
            for currency in item.currencies
        },
        "duplicates": item.duplicates,
        "unreadable": item.unreadable,
        "differences": [
            {
                "order_id": part.order_id,
                "measure": part.measure,
                "currency": part.currency,
                "highlevel": str(part.highlevel),
                "act": str(part.act),
                "difference": str(part.amount),
                "reason": part.reason,
                "evidence": part.evidence,
            }
            for part in item.differences
        ],
    }


def _amount(value: Any, currency: str) -> str:
    try:
        return str(quantized(Decimal(value), currency))
    except BadRecordError:
        # There is no such currency, so nobody knows its smallest unit.
        return str(value)


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
                _amount(item.highlevel[measure].get(currency, 0), currency),
                _amount(item.act[measure].get(currency, 0), currency),
                _amount(item.difference(measure, currency), currency),
            ]
            for currency in item.currencies
            for measure in MEASURES
        ],
        empty="Nothing on either side.",
    )
    _show_differences(item.differences)
    if any(item.duplicates.values()):
        output.people.print(f"Twice in Act!: {item.duplicates}")
    if item.unreadable:
        output.people.print(
            f"{item.unreadable} HighLevel records cannot be read; see 'orderbridge dead-letters list'"
        )
