"""Why an amount is not the same on both sides: its reasons, each with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import codes
from orderbridge.proof.act import RECORD, ActSide
from orderbridge.proof.differences import Difference
from orderbridge.proof.fields import change_of, edit_of
from orderbridge.proof.highlevel import HighLevelSide
from orderbridge.proof.invoiced import Pairs
from orderbridge.proof.line_items import measured
from orderbridge.proof.line_reading import SaleLines
from orderbridge.proof.measures import ORDERED, PAID, REFUNDED, UNEXPLAINED
from orderbridge.proof.pairing import Paired, Sale, sales_of
from orderbridge.proof.sight import Sight, Why
from orderbridge.proof.splitting import History, Part, split
from orderbridge.store import carried, reasons
from orderbridge.store.carried import Accepted, Written
from orderbridge.store.compared import ACT, HIGHLEVEL, Compared, LineRow
from orderbridge.store.connections import Connection


@dataclass(slots=True)
class _Known:
    """What is known of the sales of one group of differences."""

    sales: dict[str, Sale] = field(default_factory=dict)
    lines: dict[tuple[str, str, str], list[LineRow]] = field(default_factory=dict)
    why: dict[str, Why] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    orders: dict[str, Accepted] = field(default_factory=dict)
    payments: dict[str, Accepted] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)
    in_act: dict[str, str] = field(default_factory=dict)
    in_highlevel: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Explainer:
    """Finds the reasons of differences, a group at a time.

    Attributes:
        copies: Payments that have several records in Act!: payment → the records' ids.
    """

    runtime: Runtime
    source: Connection
    target: Connection
    compared: Compared
    pairs: Pairs
    highlevel: HighLevelSide
    act: ActSide
    paired: Paired
    copies: dict[str, list[str]]
    sight: Sight = field(init=False)

    def __post_init__(self) -> None:
        """Nothing was asked of Act! yet."""
        self.sight = Sight(self.runtime, self.target)

    async def of_sales(self, sales: Sequence[str]) -> dict[str, Why]:
        """Return what our own tables know of sales: that they are in work, held, waiting."""
        orders = sorted({item for sale in sales for item in self._names(sale)})
        wanted = set(sales)
        lanes = {lane: sale for lane, sale in self.highlevel.lanes_of.items() if sale in wanted}
        for invoice, deal in self.pairs.of_invoices.items():
            sale = self.pairs.document(invoice)
            if sale in wanted:
                lanes[f"{self.target.id}/opportunity/{deal}"] = sale
                lanes[f"{self.source.id}/invoice/{invoice}"] = sale
        async with self.runtime.db.read() as tx:
            found = await reasons.of_orders(tx, self.source.id, orders)
            found = {self.pairs.document(order_id): why for order_id, why in found.items()}
            return found | await reasons.of_lanes(tx, lanes)

    def _names(self, sale: str) -> list[str]:
        return [sale, *(item for item, name in self.pairs.shared.items() if name == sale)]

    async def explain(self, rows: Sequence[LineRow]) -> list[Difference]:
        """Return the differences of a group of amounts."""
        known = await self._look(rows)
        found = []
        for row in rows:
            parts = await self._parts(row, known)
            found.append(
                Difference(
                    order_id=row.sale,
                    measure=row.measure,
                    currency=row.currency,
                    highlevel=row.highlevel,
                    act=row.act,
                    record=row.record,
                    parts=tuple(parts),
                    facts=_facts(row, known),
                    day=row.day,
                )
            )
        return found

    async def _look(self, rows: Sequence[LineRow]) -> _Known:
        names = sorted({row.sale for row in rows})
        known = _Known()
        known.sales = {sale.name: sale for sale in sales_of(await self.compared.of_sales(names))}
        for line in await self.compared.lines_of(names):
            known.lines.setdefault((line.sale, line.measure, line.record), []).append(line)
        known.why = await self.of_sales(names)
        known.in_act = await self.compared.facts_of(ACT, names, RECORD)
        known.in_highlevel = await self.compared.facts_of(HIGHLEVEL, names, "status")
        payments = sorted({_payment(row.record) for row in rows if row.record})
        deals = [sale.deal.record for sale in known.sales.values() if sale.deal is not None]
        orders = [row.record for sale in known.sales.values() for row in sale.orders]
        async with self.runtime.db.read() as tx:
            known.left_out = await reasons.left_out(tx, self.source.id, names)
            known.orders = await carried.accepted(tx, self.source.id, "order", orders)
            known.payments = await carried.accepted(tx, self.source.id, "transaction", payments)
            known.written = await carried.written(tx, self.target.id, "opportunity", deals)
        return known

    async def _parts(self, row: LineRow, known: _Known) -> list[Part]:
        sale = known.sales.get(row.sale) or Sale(name=row.sale, orders=(), deal=None)
        whole = row.highlevel - row.act
        found = known.why.get(row.sale) or self._unreadable(row)
        if found is None and self._is_invoice(sale):
            found = self._invoice(row, sale, known)
        if found is None:
            found = _other_currency(row, known)
        if found is None:
            found = await self._one_sided(row, sale, known)
        if found is not None:
            return [Part(code=found[0], amount=whole, evidence=found[1])]
        if row.record:
            code, evidence = self._payment(row, known)
            return [Part(code=code, amount=whole, evidence=evidence)]
        return self._split(row, sale, known)

    def _unreadable(self, row: LineRow) -> Why | None:
        for record in (row.sale, _payment(row.record)):
            if record in self.highlevel.unreadable:
                return codes.UNREADABLE, self.highlevel.unreadable[record]
        return None

    def _is_invoice(self, sale: Sale) -> bool:
        return any(row.doc["kind"] == "invoice" for row in sale.orders) or sale.name in self.pairs.of_invoices

    def _invoice(self, row: LineRow, sale: Sale, known: _Known) -> Why | None:
        deal = next((row.doc["deal"] for row in sale.orders), self.pairs.of_invoices.get(sale.name, "?"))
        if row.measure == ORDERED and sale.deal is None:
            return (
                codes.MISSING_IN_ACT,
                f"HighLevel invoice {sale.name} was made for Act! opportunity {deal}, which Act! does not show",
            )
        if row.measure == ORDERED:
            return (
                codes.INVOICE_DIFFERS,
                f"HighLevel invoice {sale.name} is over another amount than Act! opportunity {deal}; one of the two "
                "was edited after the other was made",
            )
        if row.in_highlevel and not self._paid_there(sale, known):
            return (
                codes.PAYMENT_NOT_CARRIED,
                f"Act! holds no payment of HighLevel invoice {sale.name}; the template act-orders-to-invoices "
                "carries them",
            )
        return None

    async def _one_sided(self, row: LineRow, sale: Sale, known: _Known) -> Why | None:
        """Return why one of the two sides does not know the sale at all."""
        if not sale.orders:
            what = f"opportunity {sale.deal.record}" if sale.deal else f"payments, {row.record} among them,"
            return (
                codes.MISSING_IN_HIGHLEVEL,
                f"Act! holds an {what} for HighLevel order {sale.name}, which HighLevel does not show",
            )
        if sale.deal is not None or (row.record and self._paid_there(sale, known)):
            return None
        deal = next((deal for deal, name in self.act.linked.items() if name == sale.name), None)
        if deal is not None:
            return await self.sight.why_gone(deal, sale.name)
        if sale.name in known.left_out:
            return codes.LEFT_OUT, f"HighLevel order {sale.name}: {known.left_out[sale.name]}"
        return (
            codes.MISSING_IN_ACT,
            f"HighLevel order {sale.name} has no opportunity in Act!; 'orderbridge poll --once' fetches it",
        )

    def _paid_there(self, sale: Sale, known: _Known) -> bool:
        """Tell whether Act! holds any payment of the sale."""
        mine = {record for name, _, record in known.lines if name == sale.name and record}
        return any(_payment(record) in known.in_act for record in mine)

    def _payment(self, row: LineRow, known: _Known) -> Why:
        payment = _payment(row.record)
        there, shown = known.in_act.get(payment), payment in known.in_highlevel
        before = known.payments.get(payment)
        if payment in self.copies:
            records = ", ".join(self.copies[payment])
            return codes.DUPLICATE_PAYMENT, f"Act! records {records} are all HighLevel payment {payment}"
        if not shown:
            return (
                codes.PAYMENT_ONLY_IN_ACT,
                f"Act! record {there} is HighLevel payment {payment}, which HighLevel does not show",
            )
        if there is None:
            carried_over = (
                f"it was accepted at {before.changed_at:%Y-%m-%dT%H:%M:%SZ} and its record is gone or was never written"
                if before
                else "it was never carried over; 'orderbridge poll --once' fetches it"
            )
            code = codes.REFUND_MISSING if row.measure == REFUNDED else codes.PAYMENT_MISSING
            return code, f"Act! holds no record of HighLevel payment {payment}; {carried_over}"
        name = "amount" if row.measure == PAID else "refunded"
        was = f"{before.state.get(name)} {before.state.get('status')}" if before else "nothing that we know"
        told = (
            f"HighLevel payment {payment} ({known.in_highlevel[payment]}): {row.highlevel:f} {row.currency}; Act! "
            f"record {there}: {row.act:f}; when it was carried over it was {was}"
        )
        if row.measure == PAID:
            return codes.PAYMENT_DIFFERS, told
        return (codes.REFUND_DIFFERS if row.act else codes.REFUND_MISSING), told

    def _split(self, row: LineRow, sale: Sale, known: _Known) -> list[Part]:
        deal = sale.deal
        if deal is None:
            evidence = f"{row.measure} of HighLevel order {sale.name} differs and nothing says why"
            return [Part(code=UNEXPLAINED, amount=row.highlevel - row.act, evidence=evidence)]
        ours = known.written.get(deal.record)
        history = self._history(row, sale, known, ours, self.paired.lines.get(sale.name))
        order = sale.orders[0].doc
        return split(
            row.highlevel,
            row.act,
            history,
            highlevel_changed=change_of(order),
            edited=f"Act! opportunity {deal.record}: {edit_of(deal.doc, ours)}",
        )

    def _history(
        self, row: LineRow, sale: Sale, known: _Known, ours: Written | None, lines: SaleLines | None
    ) -> History:
        if row.measure != ORDERED:
            assert lines is not None
            changed = lines.changes if lines.changes is not None else []
            return History(
                accepted=(lines.accepted or {}).get(row.measure, Decimal(0))
                if lines.accepted is not None
                else None,
                written=(lines.written or {}).get(row.measure, Decimal(0))
                if lines.written is not None
                else None,
                changes=measured(changed, row.measure),
                lines=lines.count,
            )
        states = [known.orders.get(order.record) for order in sale.orders]
        accepted = None
        if all(state is not None and state.state.get("currency") == row.currency for state in states):
            accepted = sum((Decimal(state.state["amount"]) for state in states if state), Decimal(0))
        written = None
        if ours is not None and "total" in ours.fields and not sale.together:
            written = Decimal(ours.fields["total"])
        return History(
            accepted=accepted,
            written=written,
            changes=None if lines is None else lines.changes,
            lines=0 if lines is None else lines.count,
        )


def _payment(record: str) -> str:
    return record.partition("/")[0]


def _other_currency(row: LineRow, known: _Known) -> Why | None:
    if row.in_highlevel == row.in_act and row.highlevel and row.act:
        return None
    for other in known.lines[row.sale, row.measure, row.record]:
        if other.currency == row.currency:
            continue
        mine, theirs = (row, other) if row.highlevel else (other, row)
        if mine.highlevel and theirs.act and not mine.act and not theirs.highlevel:
            return (
                codes.CURRENCY_CHANGED,
                f"HighLevel says {mine.highlevel:f} {mine.currency}, Act! says {theirs.act:f} {theirs.currency}",
            )
    return None


def _facts(row: LineRow, known: _Known) -> JsonObject:
    sale = known.sales.get(row.sale)
    facts: JsonObject = {"highlevel_ids": [], "act_ids": []}
    if sale is not None:
        facts["highlevel_ids"] = [item.record for item in sale.orders]
        facts["highlevel_changed_at"] = next((item.doc["updated"] for item in sale.orders), None)
        if sale.deal is not None:
            facts["act_ids"] = [sale.deal.record]
            facts["act_changed_at"] = sale.deal.doc["edited"]
            ours = known.written.get(sale.deal.record)
            if ours is not None:
                facts |= {"our_run": ours.run_id, "our_write_at": ours.settled_at.isoformat()}
    if row.record:
        payment = _payment(row.record)
        facts |= {"payment": payment, "act_record": known.in_act.get(payment)}
    return facts
