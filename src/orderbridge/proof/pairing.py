"""Puts both sides' sales side by side, a page at a time: which opportunity is the sale, and what is no money."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from orderbridge.core.errors import NotFoundError
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import codes, fields
from orderbridge.proof.act import main_of
from orderbridge.proof.fields import Finding
from orderbridge.proof.line_reading import LineReader, SaleLines
from orderbridge.proof.measures import ORDERED, PARTS
from orderbridge.proof.sink import Sink
from orderbridge.store import carried, links
from orderbridge.store.carried import Accepted, Written
from orderbridge.store.compared import ACT, HIGHLEVEL, SaleRow
from orderbridge.store.connections import Connection

# Lines of sales that differ are read to say which of them it is; each costs a call.
_MOST_READ = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A sale on both sides.

    Attributes:
        orders: What HighLevel shows of it.
        deal: The opportunity; None where Act! shows none.
        copies: Further opportunities that say they are it.
        together: Whether the opportunities come to the sale only together, so that none is a copy.
    """

    name: str
    orders: tuple[SaleRow, ...]
    deal: SaleRow | None
    copies: tuple[SaleRow, ...] = ()
    together: bool = False

    @property
    def order(self) -> SaleRow | None:
        """The order where it is a single one; an invoice is none."""
        return self.orders[0] if len(self.orders) == 1 and self.orders[0].doc["kind"] == "order" else None

    @property
    def day(self) -> date | None:
        """On which it counts."""
        return (self.orders[0] if self.orders else self.deal or self.copies[0]).day

    @property
    def differs(self) -> bool:
        """Whether the amounts of the sale as a whole are not the same."""
        return self.deal is None or self.highlevel != self.act

    @property
    def highlevel(self) -> dict[str, Decimal]:
        """What was ordered, by currency."""
        return _sums((row.doc["currency"], row.doc["amount"]) for row in self.orders)

    @property
    def act(self) -> dict[str, Decimal]:
        """What the opportunity comes to, by currency."""
        return _sums((row.doc["currency"], row.doc["total"]) for row in self.counted)

    @property
    def counted(self) -> tuple[SaleRow, ...]:
        """The opportunities whose amounts count."""
        if self.deal is None:
            return ()
        return (self.deal, *self.copies) if self.together else (self.deal,)


@dataclass(slots=True)
class Paired:
    """What pairing found.

    Attributes:
        lines: What is known of the lines of sales that differ.
        copies: How many opportunities are copies.
    """

    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, SaleLines] = field(default_factory=dict)
    copies: int = 0


def sales_of(page: Sequence[SaleRow]) -> Iterator[Sale]:
    """Make sales of the rows of both sides; the rows of one sale stand together."""
    for name, group in groupby(page, key=lambda row: row.sale):
        rows = list(group)
        orders = tuple(row for row in rows if row.side == HIGHLEVEL)
        deals = [row for row in rows if row.side == ACT]
        if not deals:
            yield Sale(name=name, orders=orders, deal=None)
            continue
        deal = main_of(deals)
        copies = tuple(row for row in deals if row is not deal)
        one = Sale(name=name, orders=orders, deal=deal, copies=copies)
        whole = Sale(name=name, orders=orders, deal=deal, copies=copies, together=True)
        # A person may have made two opportunities of one order: then neither alone is it, but both together are.
        yield whole if copies and one.differs and not whole.differs else one


async def pair(
    runtime: Runtime,
    source: Connection,
    target: Connection,
    sink: Sink,
    *,
    read_lines: Callable[[date | None], bool],
) -> Paired:
    """Walk through all sales.

    Args:
        runtime: The opened accounts.
        source: The HighLevel connection.
        target: The Act! connection.
        sink: Takes what the opportunities come to.
        read_lines: Tells by a sale's day whether its lines are compared one by one.
    """
    walk = _Walk(runtime, source, target, sink, read_lines)
    after, count = "", 0
    while page := await sink.compared.sales(after=after):
        after = page[-1].sale
        every = list(sales_of(page))
        await walk.page(every)
        count += len(every)
        sink.progress("Sales compared", count)
    await sink.flush()
    return walk.found


class _Walk:
    def __init__(
        self,
        runtime: Runtime,
        source: Connection,
        target: Connection,
        sink: Sink,
        read_lines: Callable[[date | None], bool],
    ) -> None:
        self.runtime, self.source, self.target = runtime, source, target
        self.sink, self.read_lines = sink, read_lines
        self.reader = LineReader(runtime, source, target)
        self.found = Paired()
        self.extra = 0

    async def page(self, every: Sequence[Sale]) -> None:
        orders = [sale.order for sale in every if sale.order is not None]
        async with self.runtime.db.read() as tx:
            accepted = await carried.accepted(tx, self.source.id, "order", [row.record for row in orders])
            written = await carried.written(
                tx,
                self.target.id,
                "opportunity",
                [sale.deal.record for sale in every if sale.deal is not None],
            )
            contacts = await links.targets_of(
                tx,
                source_connection=self.source.id,
                source_kind="contact",
                source_ids=[row.doc["contact"] for row in orders if row.doc["contact"]],
                target_connection=self.target.id,
                target_kind="contact",
            )
        for sale in every:
            for row in sale.counted:
                total = Decimal(row.doc["total"])
                await self.sink.amount(ACT, sale.name, ORDERED, row.doc["currency"], total, day=row.day)
            if sale.copies and not sale.together:
                self._copies(sale)
            order, deal = sale.order, sale.deal
            if order is None or deal is None:
                continue
            known, ours = accepted.get(order.record), written.get(deal.record)
            await self._fields(sale, order, deal, known, ours, contacts.get(order.doc["contact"] or ""))
        await self._lines(every, accepted, written)

    def _copies(self, sale: Sale) -> None:
        self.found.copies += len(sale.copies)
        assert sale.deal is not None
        for row in sale.copies:
            self.found.findings.append(
                Finding(
                    sale=sale.name,
                    record=row.record,
                    field="opportunity",
                    highlevel=sale.name,
                    act=row.record,
                    code=codes.DUPLICATE_OPPORTUNITY,
                    evidence=f"Act! opportunities {sale.deal.record} and {row.record} both say that they are "
                    f"HighLevel order {sale.name}; the first is the sale, and Act!'s own reports count "
                    f"{row.doc['total']} {row.doc['currency']} of the second as well",
                    day=sale.day,
                )
            )

    async def _fields(
        self,
        sale: Sale,
        order: SaleRow,
        deal: SaleRow,
        known: Accepted | None,
        ours: Written | None,
        contact: str | None,
    ) -> None:
        found = fields.of_opportunity(sale.name, sale.day, order.doc, deal.doc, ours)
        if known is not None:
            found += fields.of_order(sale.name, sale.day, order.doc, deal.doc, known)
        moved = fields.of_contact(sale.name, sale.day, order.doc, deal.doc, known, contact, ours)
        if moved is not None:
            found.append(await self._merged(moved, known, order, contact))
        self.found.findings += found

    async def _merged(
        self, moved: Finding, known: Accepted | None, order: SaleRow, contact: str | None
    ) -> Finding:
        was = known.state.get("contact_id") if known else None
        if not was or was == order.doc["contact"]:
            return moved
        try:
            await (await self.runtime.ghl(self.source.id)).contact(was)
        except NotFoundError:
            twin = f"Act!'s {contact}" if contact else "nobody in Act! yet"
            return Finding(
                sale=moved.sale,
                field=moved.field,
                highlevel=moved.highlevel,
                act=moved.act,
                code=codes.CUSTOMER_MERGED,
                evidence=f"{moved.evidence}; contact {was} is gone there, so it was merged into "
                f"{order.doc['contact']}, who is {twin}",
                day=moved.day,
            )
        return moved

    async def _lines(
        self, every: Sequence[Sale], accepted: dict[str, Accepted], written: dict[str, Written]
    ) -> None:
        wanted = []
        for sale in every:
            if sale.order is None or sale.deal is None or sale.together:
                continue
            if self.read_lines(sale.day):
                wanted.append((sale.order, sale.deal))
            elif sale.differs and self.extra < _MOST_READ:
                self.extra += 1
                wanted.append((sale.order, sale.deal))
        async for lines in self.reader.read(wanted, accepted, written):
            self.found.findings += lines.findings
            if self.read_lines(lines.day):
                for side, parts in ((HIGHLEVEL, lines.highlevel), (ACT, lines.act)):
                    for measure in PARTS:
                        if parts.get(measure):
                            await self.sink.amount(
                                side, lines.sale, measure, lines.currency, parts[measure], day=lines.day
                            )
            if lines.differs:
                self.found.lines[lines.sale] = lines


def _sums(rows: Iterator[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for currency, amount in rows:
        sums[currency] = sums.get(currency, Decimal(0)) + Decimal(amount)
    return sums
