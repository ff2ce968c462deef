"""What Act! says of every sale, streamed: opportunities, and payments in their table or in the history."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field

from orderbridge.catalogue import money_lines
from orderbridge.catalogue.act.profile import PAYMENTS, ActProfile
from orderbridge.connectors.act import odata
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.models import Opportunity
from orderbridge.connectors.fields import instant
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import invoiced, payment_records
from orderbridge.proof.highlevel import HighLevelSide, step_of
from orderbridge.proof.invoiced import Pairs
from orderbridge.proof.measures import PAID, REFUNDED
from orderbridge.proof.payment_records import PaymentRecord
from orderbridge.proof.sink import GROUP_ROWS, Sink, iso
from orderbridge.store import links
from orderbridge.store.compared import ACT, HIGHLEVEL, SaleRow
from orderbridge.store.connections import Connection

SOURCE = "HighLevel"
# Of a payment: which record it is in Act!.
RECORD = "record"


@dataclass(slots=True)
class ActSide:
    """What has to be known of Act!'s side beside its amounts.

    Attributes:
        linked: Opportunities that orders are linked to and that the list did not show: opportunity → the sale.
    """

    linked: dict[str, str] = field(default_factory=dict)


async def read(
    runtime: Runtime, source: Connection, target: Connection, known: Pairs, other: HighLevelSide, sink: Sink
) -> ActSide:
    """Stream all of Act!'s side."""
    client, profile = (await runtime.act(target.id)).unhurried(), await runtime.profile(target.id)
    reading = _Reading(runtime, source, target, known, sink, profile)
    await reading.opportunities(client.opportunities(odata.eq("source", SOURCE)), all_of_ours=False)
    await reading.find_linked()
    asked = {*reading.side.linked, *known.standing.values()}
    shown = await sink.compared.shown_records(sorted(asked))
    await reading.opportunities(invoiced.opportunities(client, asked - shown), all_of_ours=True)
    await reading.payments(_payments(client, profile), other)
    await sink.flush()
    return reading.side


class _Reading:
    def __init__(
        self,
        runtime: Runtime,
        source: Connection,
        target: Connection,
        known: Pairs,
        sink: Sink,
        profile: ActProfile,
    ) -> None:
        self.runtime, self.source, self.target = runtime, source, target
        self.known, self.sink, self.profile = known, sink, profile
        self.side = ActSide()
        # Each opportunity once for all its invoices.
        self.invoiced = {deal: known.document(invoice) for invoice, deal in known.standing.items()}
        self.read = 0

    async def opportunities(self, rows: AsyncIterator[Opportunity], *, all_of_ours: bool) -> None:
        group: list[Opportunity] = []
        async for row in rows:
            group.append(row)
            if len(group) >= GROUP_ROWS:
                await self._group(group, all_of_ours)
                group = []
        await self._group(group, all_of_ours)
        await self.sink.flush()

    async def _group(self, group: Sequence[Opportunity], all_of_ours: bool) -> None:
        orders = await self._orders([item.id for item in group])
        for item in group:
            order_id = orders.get(item.id)
            sale = self.invoiced.get(item.id) or (self.known.document(order_id) if order_id else None)
            linked = sale is not None
            if sale is None and item.source_id is not None and not all_of_ours:
                sale = self.known.document(item.source_id)
            if sale is None:
                continue
            day = self.sink.day(item.open_date or item.created_at)
            await self.sink.sale(ACT, sale, item.id, day, self._doc(item, linked=linked))
        self.read += len(group)
        self.sink.progress("Act! opportunities", self.read)

    async def _orders(self, ids: Sequence[str]) -> dict[str, str]:
        async with self.runtime.db.read() as tx:
            return await links.targets_of(
                tx,
                source_connection=self.target.id,
                source_kind="opportunity",
                source_ids=ids,
                target_connection=self.source.id,
                target_kind="order",
            )

    def _doc(self, item: Opportunity, *, linked: bool) -> JsonObject:
        return {
            "linked": linked,
            "name": item.name,
            "source": item.source,
            "source_id": item.source_id,
            "status": item.status,
            "stage": item.stage_name,
            "contacts": list(item.contact_ids),
            "currency": currency_of(item, self.profile),
            "total": item.product_total or 0,
            "opened": iso(item.open_date),
            "created": iso(item.created_at),
            "edited": iso(item.edited_at),
        }

    async def find_linked(self) -> None:
        """Find the opportunities that we know without asking Act!, whatever a person wrote into their source."""
        after = ""
        while page := await self.sink.compared.sales(after=after):
            after = page[-1].sale
            orders = [row.record for row in page if row.side == HIGHLEVEL and row.doc["kind"] == "order"]
            async with self.runtime.db.read() as tx:
                found = await links.targets_of(
                    tx,
                    source_connection=self.source.id,
                    source_kind="order",
                    source_ids=orders,
                    target_connection=self.target.id,
                    target_kind="opportunity",
                )
            shown = await self.sink.compared.shown_records(list(found.values()))
            self.side.linked |= {
                deal: self.known.document(order_id) for order_id, deal in found.items() if deal not in shown
            }

    async def payments(self, rows: AsyncIterator[PaymentRecord], other: HighLevelSide) -> None:
        count = 0
        async for row in rows:
            count += 1
            await self._payment(row, other)
            if count % GROUP_ROWS == 0:
                self.sink.progress("Act! payments", count)

    async def _payment(self, row: PaymentRecord, other: HighLevelSide) -> None:
        sink, sale, record = self.sink, self.known.document(row.document), row.payment
        sink.fact(ACT, sale, record, RECORD, row.id)
        sink.fact(ACT, sale, record, "status", row.status)
        if row.happened_at is not None:
            sink.fact(ACT, sale, record, "date", iso(row.happened_at) or "")
        if row.broken is not None:
            # Only where the two differ is there anything to be set side by side.
            sink.fact(HIGHLEVEL, sale, record, "proof_line", row.broken[0])
            sink.fact(ACT, sale, record, "proof_line", row.broken[1])
        if not money_lines.moved_money(row.status):
            return
        day = sink.day(row.happened_at)
        await sink.amount(ACT, sale, PAID, row.currency, row.amount, record=record, day=day)
        steps = other.stepwise.get(record)
        if steps is None:
            await sink.amount(ACT, sale, REFUNDED, row.currency, row.refunded, record=record, day=day)
            return
        left = row.refunded
        for number, (at, amount) in enumerate(steps, start=1):
            # Act! keeps one sum; what it has fills HighLevel's refunds in their order, and the last takes the rest.
            part = left if number == len(steps) else min(left, amount)
            left -= part
            await sink.amount(
                ACT, sale, REFUNDED, row.currency, part,
                record=step_of(record, number, len(steps)), day=sink.day(instant(at)) or day,
            )  # fmt: skip


async def _payments(client: ActClient, profile: ActProfile) -> AsyncIterator[PaymentRecord]:
    # Those from before the database had the table are in the history and stay there.
    async for entry in client.history(odata.contains("regarding", "ayment ")):
        found = payment_records.of_history(entry)
        if found is not None:
            yield found
    table = profile.tables.get(PAYMENTS)
    if table is not None:
        async for record in client.records(table.name):
            found = payment_records.of_table(record, table.keys)
            if found is not None:
                yield found


def currency_of(opportunity: Opportunity, profile: ActProfile) -> str:
    """Return what an opportunity's amounts are in: its own field, else the database's base currency."""
    if profile.currency_key is not None:
        for key, value in opportunity.custom_fields.items():
            if key.lower() == profile.currency_key and value:
                return str(value)
    return profile.base_currency or "???"


def main_of(rows: Iterable[SaleRow]) -> SaleRow:
    """Return which of a sale's opportunities is the sale: the linked one, else the oldest."""
    return min(rows, key=lambda row: (not row.doc["linked"], row.doc["created"] or "", row.record))
