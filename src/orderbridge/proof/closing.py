"""The daily close: what both sides say of one business day, kept, and what of the earlier days is not what it was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from orderbridge.core.business_day import bounds, day_of
from orderbridge.core.errors import BadRecordError, SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money, quantized
from orderbridge.engine import time_zones
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.time_zones import TimeZone
from orderbridge.proof import codes
from orderbridge.proof.differences import Difference
from orderbridge.proof.fields import Finding
from orderbridge.proof.measures import MEASURES, ORDERED, PAID, REFUNDED
from orderbridge.proof.reconcile import add_totals, compared
from orderbridge.proof.reconciliation import Reconciliation
from orderbridge.proof.shown import amount, difference_object, finding_object, totals_object
from orderbridge.proof.sink import Progress, silent
from orderbridge.store import closes
from orderbridge.store.closes import GREEN, OPEN, RED, Close
from orderbridge.store.compared import Compared
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx

COUNTED = (
    "Orders count on the day of their creation, payments and refunds on the day of their transaction, all in the "
    "business's own time zone."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A day that was just closed.

    Attributes:
        reopened: Earlier days in which an amount is not what it was.
    """

    close: Close
    reopened: Sequence[date]


# Told in the transaction of a close, with the day and its state, before it is kept; an error of it undoes the close.
Keeping = Callable[[Tx, date, str], Awaitable[None]]


async def close_day(
    runtime: Runtime,
    source: Connection,
    target: Connection,
    *,
    day: date | None = None,
    progress: Progress = silent,
) -> Closed:
    """Compare both sides and close a day; without one, the last that is over.

    Raises:
        SetupError: The day has not begun.
    """
    days = None if day is None else [day]
    (done,) = await close_days(runtime, source, target, days=days, progress=progress)
    return done


async def close_days(
    runtime: Runtime,
    source: Connection,
    target: Connection,
    *,
    days: Sequence[date] | None,
    progress: Progress = silent,
    keeping: Keeping | None = None,
) -> list[Closed]:
    """Compare both sides once and close several days, one after the other; one that was closed stays so.

    Args:
        runtime: The opened accounts.
        source: The HighLevel connection.
        target: The Act! connection.
        days: In the order in which they are closed; None closes the last that is over.
        progress: Is told how far it is.
        keeping: Is told of each close in its transaction.

    Raises:
        SetupError: A day has not begun.
    """
    zone = await time_zones.time_zone(runtime, source)
    today = day_of(runtime.clock.now(), zone.zone)
    chosen = [today - timedelta(days=1)] if days is None else days
    if (latest := max(chosen)) > today:
        raise SetupError(f"{latest} has not begun in {zone.name}; the last day that can be closed is {today}")
    async with compared(
        runtime, source, target, read_lines=lambda item: item in chosen, zone=zone.zone, progress=progress
    ) as (result, both):
        return [await _close(runtime, result, both, source, target, zone, day, keeping) for day in chosen]


async def _close(
    runtime: Runtime,
    result: Reconciliation,
    both: Compared,
    source: Connection,
    target: Connection,
    zone: TimeZone,
    day: date,
    keeping: Keeping | None,
) -> Closed:
    now = runtime.clock.now()
    over = bounds(day, zone.zone)[1] <= now
    of_day = await _of_day(both, result, day)
    state = state_of(of_day, over=over)
    document = await _document(both, of_day, day)
    document |= {"over": over, "zone": zone.name, "zone_said_by": zone.said_by, "note": zone.note}
    found = [(True, difference_object(item)) for item in of_day.differences]
    found += [(False, finding_object(item)) for item in of_day.findings]
    async with both.keeping() as tx:
        if keeping is not None:
            await keeping(tx, day, state)
        await closes.keep(
            tx,
            source_connection=source.id,
            target_connection=target.id,
            day=day,
            zone=zone.name,
            state=state,
            closed_at=now,
            document=document,
            differences=found,
        )
        reopened = await closes.notice(
            tx,
            source_connection=source.id,
            target_connection=target.id,
            except_day=day,
            measures=MEASURES,
            now=now,
        )
    (close,) = await closes.newest(both.tx, day=day, pair=(source.id, target.id))
    return Closed(close=close, reopened=reopened)


def state_of(result: Reconciliation, *, over: bool) -> str:
    """Return ``red`` where something is unexplained, ``open`` where something has to be done yet, else ``green``."""
    if not result.explained:
        return RED
    return GREEN if result.agrees and over else OPEN


async def _of_day(both: Compared, every: Reconciliation, day: date) -> Reconciliation:
    counts = await both.counts(day)
    findings = [item for item in every.findings if item.day == day]
    result = Reconciliation(
        source=every.source,
        target=every.target,
        orders=counts.get("order", 0),
        invoices=counts.get("invoice", 0),
        differences=[item for item in every.differences if item.day == day],
        findings=findings,
        duplicates={"opportunities": sum(item.code == codes.DUPLICATE_OPPORTUNITY for item in findings)},
        # On which day a record counts that cannot be read is not known, so no day is green for it.
        unreadable=every.unreadable,
    )
    await add_totals(both, result, day=day)
    return result


async def _document(both: Compared, result: Reconciliation, day: date) -> JsonObject:
    counts = await both.counts(day)
    return {
        "line": line_of(result),
        "counted": COUNTED,
        "orders": result.orders,
        "invoices": result.invoices,
        "payments": counts.get(PAID, 0),
        "refunds": counts.get(REFUNDED, 0),
        "agrees": result.agrees,
        "explained": result.explained,
        "duplicates": result.duplicates["opportunities"],
        "unreadable": result.unreadable,
        "findings": len(result.findings),
        "totals": totals_object(result),
        "reasons": reasons_of(result.differences),
        "next": todos_of(result.differences),
        "fields": fields_of(result.findings),
    }


def reasons_of(differences: Sequence[Difference]) -> list[JsonObject]:
    """Add up the reasons of differences, by measure and currency; the sums come to the differences."""
    sums: dict[tuple[str, str, str], tuple[Decimal, int]] = {}
    for item in differences:
        for part in item.parts:
            key = (item.currency, item.measure, part.code)
            so_far, count = sums.get(key, (Decimal(0), 0))
            sums[key] = (so_far + part.amount, count + 1)
    return [
        {
            "currency": currency,
            "measure": measure,
            "reason": code,
            "amount": amount(total, currency),
            "count": count,
        }
        for (currency, measure, code), (total, count) in sorted(sums.items())
    ]


def todos_of(differences: Sequence[Difference]) -> JsonObject:
    """Return what somebody does about differences, by reason."""
    found = sorted({part.code for item in differences for part in item.parts})
    return {code: codes.todo(code) for code in found}


def fields_of(findings: Sequence[Finding]) -> JsonObject:
    """Count the differences that are no money, by reason."""
    counts: JsonObject = {}
    for item in findings:
        counts[item.code] = counts.get(item.code, 0) + 1
    return counts


def line_of(result: Reconciliation) -> str:
    """Return the one line of a day.

    >>> line_of(Reconciliation(source="shop", target="crm"))
    '0 orders, nothing on either side'
    """
    what = f"{result.orders} orders" + (f" and {result.invoices} invoices" if result.invoices else "")
    parts = []
    for currency in result.currencies:
        one = result.highlevel.get(ORDERED, {}).get(currency, Decimal(0))
        other = result.act.get(ORDERED, {}).get(currency, Decimal(0))
        told = (
            f"{_money(one, currency)} in HighLevel, {_plain(other, currency)} in Act!, "
            f"difference {_plain(one - other, currency)}"
        )
        parts.append(told + _split(result, currency))
    return f"{what}, " + "; ".join(parts or ["nothing on either side"])


def _split(result: Reconciliation, currency: str) -> str:
    rows = [row for row in reasons_of(result.differences) if row["currency"] == currency]
    told = []
    for measure in MEASURES:
        named = [f"{row['reason']} {row['amount']}" for row in rows if row["measure"] == measure]
        if named:
            told.append(("" if measure == ORDERED else f"{measure}: ") + ", ".join(named))
    return f" ({'; '.join(told)})" if told else ""


def _money(value: Decimal, currency: str) -> str:
    try:
        return str(Money(value, currency))
    except BadRecordError:
        return f"{value:f} {currency!r}"


def _plain(value: Decimal, currency: str) -> str:
    try:
        return f"{quantized(value, currency):,}"
    except BadRecordError:
        return f"{value:f}"
