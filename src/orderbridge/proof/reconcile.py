"""Compare both sides as their APIs show them now; every difference has its reasons and its evidence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from orderbridge.engine import time_zones
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import act, codes, highlevel, invoiced
from orderbridge.proof.differences import Difference
from orderbridge.proof.fields import ZONES_APART, Finding
from orderbridge.proof.measures import MEASURES, ORDERED, OUTSTANDING, PAID, PARTS
from orderbridge.proof.pairing import pair
from orderbridge.proof.pairs import joined_connections
from orderbridge.proof.reconciliation import Reconciliation
from orderbridge.proof.sink import GROUP_ROWS, Progress, Sink, silent
from orderbridge.proof.why import Explainer
from orderbridge.store import compared as tables
from orderbridge.store.compared import Compared, LineRow
from orderbridge.store.connections import Connection

_FACT_CODES = {
    "status": codes.PAYMENT_STATUS_DIFFERS,
    "date": codes.DATE_DIFFERS,
    "proof_line": codes.PROOF_LINE_DIFFERS,
}


async def reconcile(
    runtime: Runtime,
    source: Connection,
    target: Connection,
    *,
    lines: bool = False,
    progress: Progress = silent,
) -> Reconciliation:
    """Read both sides through their APIs and compare them sale by sale.

    Args:
        runtime: The opened accounts.
        source: The HighLevel connection.
        target: The Act! connection.
        lines: Compare the lines of each sale as well: one more call for each on either side.
        progress: Is told how far it is.
    """
    async with compared(runtime, source, target, read_lines=lambda _day: lines, progress=progress) as (
        result,
        _,
    ):
        return result


async def reconcile_all(
    runtime: Runtime, *, lines: bool = False, progress: Progress = silent
) -> list[Reconciliation]:
    """Compare every pair of connections that a flow joins.

    Raises:
        SetupError: There is none.
    """
    return [
        await reconcile(runtime, source, target, lines=lines, progress=progress)
        for source, target in await joined_connections(runtime.db)
    ]


@asynccontextmanager
async def compared(
    runtime: Runtime,
    source: Connection,
    target: Connection,
    *,
    read_lines: Callable[[date | None], bool],
    zone: ZoneInfo | None = None,
    progress: Progress = silent,
) -> AsyncIterator[tuple[Reconciliation, Compared]]:
    """Compare, and keep the tables of it for the length of the block.

    Args:
        runtime: The opened accounts.
        source: The HighLevel connection.
        target: The Act! connection.
        read_lines: Tells by a sale's day whether its lines are compared one by one.
        zone: In which days are counted; the HighLevel connection's own without it.
        progress: Is told how far it is.
    """
    zone = zone or (await time_zones.time_zone(runtime, source)).zone
    result = Reconciliation(source=source.name, target=target.name)
    known = await invoiced.pairs(runtime.db, source.id, target.id)
    async with tables.opened(runtime.db) as both:
        sink = Sink(compared=both, zone=zone, progress=progress)
        left = await highlevel.read(runtime, source, known, sink)
        right = await act.read(runtime, source, target, known, left, sink)
        paired = await pair(runtime, source, target, sink, read_lines=read_lines)
        await both.compare()
        several = await both.several(act.RECORD)
        explainer = Explainer(
            runtime=runtime,
            source=source,
            target=target,
            compared=both,
            pairs=known,
            highlevel=left,
            act=right,
            paired=paired,
            copies={record: ids for _, record, ids in several},
        )
        result.orders, result.invoices, result.unreadable = (
            left.orders,
            len(known.standing),
            len(left.unreadable),
        )
        result.duplicates = {
            "opportunities": paired.copies,
            "payments": sum(len(ids) - 1 for _, _, ids in several),
        }
        await add_totals(both, result)
        async for group in _explained(both, explainer):
            result.differences += group
        facts = await both.wrong_facts(dates="date", apart_s=ZONES_APART.total_seconds())
        days = {
            (line.sale, line.record.partition("/")[0]): line.day
            for line in await both.lines_of(sorted({sale for sale, *_ in facts}))
        }
        of_payments = [_of_fact(fact, days.get(fact[:2])) for fact in facts]
        result.findings = await _findings(explainer, paired.findings, of_payments, result.differences)
        yield result, both


async def add_totals(both: Compared, result: Reconciliation, *, day: date | None = None) -> None:
    """Fill in what both sides come to, on one day or in all."""
    for measure in (*MEASURES, OUTSTANDING):
        result.highlevel[measure], result.act[measure] = {}, {}
    for measure, currency, one, other in await both.totals(day=day):
        result.highlevel.setdefault(measure, {})[currency] = one
        result.act.setdefault(measure, {})[currency] = other
    for currency, one, other in await both.outstanding(ORDERED, PAID, day=day):
        result.highlevel[OUTSTANDING][currency] = one
        result.act[OUTSTANDING][currency] = other
    result.measures = (
        *MEASURES,
        *(measure for measure in PARTS if measure in result.highlevel),
        OUTSTANDING,
    )


async def _explained(both: Compared, explainer: Explainer) -> AsyncIterator[list[Difference]]:
    after: LineRow | None = None
    while rows := await both.wrong(after=after, limit=GROUP_ROWS):
        after = rows[-1]
        yield await explainer.explain(rows)


def _of_fact(fact: tuple[str, str, str, str, str], day: date | None) -> Finding:
    sale, record, name, one, other = fact
    return Finding(
        sale=sale,
        record=record,
        field=name,
        highlevel=one,
        act=other,
        code=_FACT_CODES[name],
        evidence=f"payment {record} of HighLevel order {sale}: {one} in HighLevel, {other} in Act!",
        day=day,
    )


async def _findings(
    explainer: Explainer, found: list[Finding], of_payments: list[Finding], differences: list[Difference]
) -> list[Finding]:
    # A payment whose money differs has told of it there.
    told_already = {(item.order_id, item.record.partition("/")[0]) for item in differences if item.record}
    every = found + [item for item in of_payments if (item.sale, item.record) not in told_already]
    why = await explainer.of_sales(sorted({item.sale for item in every})) if every else {}
    # What is in work or held will be right, or is shown there.
    return [
        replace(item, code=why[item.sale][0], evidence=why[item.sale][1]) if item.sale in why else item
        for item in every
    ]
