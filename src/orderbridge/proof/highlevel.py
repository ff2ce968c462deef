"""What HighLevel says of every sale, streamed: orders, invoices that were made of opportunities, payments, refunds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from orderbridge.catalogue import money_lines
from orderbridge.connectors.fields import instant
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ghl.models import Order, Transaction
from orderbridge.core.errors import BadRecordError, NotFoundError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import invoiced
from orderbridge.proof.invoiced import Pairs
from orderbridge.proof.measures import ORDERED, PAID, REFUNDED
from orderbridge.proof.sink import GROUP_ROWS, Sink, iso
from orderbridge.proof.splitting import refund_steps
from orderbridge.store import carried
from orderbridge.store.compared import HIGHLEVEL
from orderbridge.store.connections import Connection


@dataclass(slots=True)
class HighLevelSide:
    """How many were read, and what has to be known of them while Act! is read.

    Attributes:
        lanes_of: Lane of a payment of an invoice → the sale.
        unreadable: Records that cannot be read, and why.
        stepwise: Payments that were refunded more than once: each step with its day.
    """

    orders: int = 0
    lanes_of: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    stepwise: dict[str, list[tuple[str, Decimal]]] = field(default_factory=dict)


async def read(runtime: Runtime, source: Connection, known: Pairs, sink: Sink) -> HighLevelSide:
    """Stream all of HighLevel's side."""
    client = (await runtime.ghl(source.id)).unhurried()
    reading = _Reading(runtime, source, client, known, sink)
    for row in await invoiced.invoices(client, known):
        sale = known.document(row.id)
        day = sink.day(row.created_at)
        doc = {
            "kind": "invoice",
            "currency": row.currency,
            "amount": row.total,
            "status": row.status,
            "deal": known.standing[row.id],
            "created": iso(row.created_at),
            "updated": iso(row.updated_at),
        }
        await sink.sale(HIGHLEVEL, sale, row.id, day, doc)
        await sink.amount(HIGHLEVEL, sale, ORDERED, row.currency, row.total, day=day)
    async for order in client.orders(mode=reading.mode, on_bad=reading.on_bad):
        if not known.join(order):
            await reading.order(order)
    await sink.flush()
    await sink.compared.index_sales()
    group: list[Transaction] = []
    async for payment in client.transactions(mode=reading.mode, on_bad=reading.on_bad):
        group.append(payment)
        if len(group) >= GROUP_ROWS:
            await reading.payments(group)
            group = []
    await reading.payments(group)
    await sink.flush()
    return reading.side


class _Reading:
    def __init__(
        self, runtime: Runtime, source: Connection, client: GhlClient, known: Pairs, sink: Sink
    ) -> None:
        self.runtime, self.source, self.client, self.known, self.sink = runtime, source, client, known, sink
        self.mode = "test" if source.mode == "test" else "live"
        self.side = HighLevelSide()
        self.read = 0

    def on_bad(self, error: BadRecordError, row: JsonObject) -> None:
        self.side.unreadable[str(row.get("_id"))] = str(error)

    async def order(self, order: Order) -> None:
        self.side.orders += 1
        sale, day = self.known.document(order.id), self.sink.day(order.created_at)
        doc = {
            "kind": "order",
            "contact": order.contact_id,
            "status": order.status,
            "currency": order.currency,
            "amount": order.amount,
            "created": iso(order.created_at),
            "updated": iso(order.updated_at),
        }
        await self.sink.sale(HIGHLEVEL, sale, order.id, day, doc)
        await self.sink.amount(HIGHLEVEL, sale, ORDERED, order.currency, order.amount, day=day)
        if self.side.orders % GROUP_ROWS == 0:
            self.sink.progress("HighLevel orders", self.side.orders)

    async def payments(self, group: list[Transaction]) -> None:
        named = [item.entity_id for item in group if item.entity_id is not None]
        there = await self.sink.compared.shown_records(named)
        refunded = [item.id for item in group if item.refunded]
        async with self.runtime.db.read() as tx:
            history = await carried.refund_history(tx, self.source.id, refunded)
        for payment in group:
            if payment.entity_id is None or not await self._counts(payment, payment.entity_id, there):
                continue
            await self._payment(payment, self.known.document(payment.entity_id), history.get(payment.id, []))
        self.read += len(group)
        self.sink.progress("HighLevel payments", self.read)

    async def _counts(self, payment: Transaction, entity_id: str, there: set[str]) -> bool:
        """Tell whether a payment is one of a sale that is compared; an order that the list left out is fetched."""
        if entity_id in self.known.of_invoices:
            self.side.lanes_of[f"{self.source.id}/transaction/{payment.id}"] = self.known.document(entity_id)
            return True
        if payment.entity_type not in (None, "order"):
            return False
        if entity_id in there or entity_id in self.known.joined:
            return True
        # The list of orders has been seen to leave some out; the list of payments was complete.
        try:
            found = await self.client.order(entity_id)
        except (NotFoundError, BadRecordError) as error:
            self.side.unreadable[entity_id] = str(error)
            return False
        if found.live is not (self.mode == "live"):
            return False
        if not self.known.join(found):
            await self.order(found)
            await self.sink.flush()
        there.add(entity_id)
        return True

    async def _payment(
        self, payment: Transaction, sale: str, history: Sequence[tuple[str, str | None, datetime]]
    ) -> None:
        sink, record = self.sink, payment.id
        sink.fact(HIGHLEVEL, sale, record, "status", payment.status)
        if payment.created_at is not None:
            sink.fact(HIGHLEVEL, sale, record, "date", iso(payment.created_at) or "")
        if not money_lines.moved_money(payment.status):
            return
        day = sink.day(payment.created_at)
        await sink.amount(HIGHLEVEL, sale, PAID, payment.currency, payment.amount, record=record, day=day)
        changed = iso(payment.updated_at or payment.created_at) or ""
        seen = [(Decimal(total), at or str(ours)) for total, at, ours in history]
        steps = refund_steps(seen, payment.refunded, changed)
        if len(steps) > 1:
            self.side.stepwise[record] = steps
        for number, (at, amount) in enumerate(steps, start=1):
            await sink.amount(
                HIGHLEVEL, sale, REFUNDED, payment.currency, amount,
                record=step_of(record, number, len(steps)), day=sink.day(instant(at)) or day,
            )  # fmt: skip


def step_of(record: str, number: int, count: int) -> str:
    """Return how one refund of a payment is called: the payment itself where there was only one."""
    return record if count == 1 else f"{record}/{number}"
