"""Compare both sides as their APIs show them now; every difference has a reason code and its evidence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderbridge.catalogue import money_lines
from orderbridge.catalogue.act import proof_line
from orderbridge.catalogue.act.profile import PAYMENTS, ActProfile
from orderbridge.connectors.act import odata
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.models import Opportunity
from orderbridge.connectors.ghl.models import Order
from orderbridge.core.errors import BadRecordError, NotFoundError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import invoiced
from orderbridge.proof.invoiced import Pairs
from orderbridge.proof.measures import MEASURES, ORDERED, PAID, REFUNDED, UNEXPLAINED, Amounts, Positions
from orderbridge.proof.why import reason_of
from orderbridge.store import reasons
from orderbridge.store.connections import Connection

SOURCE = "HighLevel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One amount that is not the same on both sides."""

    order_id: str
    measure: str
    currency: str
    highlevel: Decimal
    act: Decimal
    reason: str
    evidence: str

    @property
    def amount(self) -> Decimal:
        """What Act! lacks; negative when it has too much."""
        return self.highlevel - self.act


@dataclass(slots=True, kw_only=True)
class Reconciliation:
    """The comparison of one pair of connections.

    Attributes:
        highlevel: measure → currency → amount; ``act`` alike.
        orders: Of HighLevel.
        invoices: That were made of opportunities of Act!; an order that HighLevel made of one is not counted again.
        duplicates: What Act! holds more than once, by kind.
    """

    source: str
    target: str
    orders: int = 0
    invoices: int = 0
    highlevel: dict[str, Amounts] = field(default_factory=dict)
    act: dict[str, Amounts] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    duplicates: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0

    @property
    def currencies(self) -> list[str]:
        """Every currency that occurs on either side."""
        return sorted(
            {code for side in (self.highlevel, self.act) for amounts in side.values() for code in amounts}
        )

    def difference(self, measure: str, currency: str) -> Decimal:
        """How much more HighLevel holds than Act!."""
        zero = Decimal(0)
        return self.highlevel.get(measure, {}).get(currency, zero) - self.act.get(measure, {}).get(
            currency, zero
        )

    @property
    def agrees(self) -> bool:
        """True when nothing differs, nothing is there twice, and nothing was unreadable."""
        return not self.differences and not any(self.duplicates.values()) and not self.unreadable

    @property
    def explained(self) -> bool:
        """True when every difference has a reason; an unexplained one makes the close red."""
        return all(item.reason != UNEXPLAINED for item in self.differences)

    def line(self) -> str:
        """The one line a day."""
        parts = []
        for currency in self.currencies:
            one = _shown(self.highlevel[ORDERED].get(currency, Decimal(0)), currency)
            other = _shown(self.act[ORDERED].get(currency, Decimal(0)), currency)
            gap = _shown(self.difference(ORDERED, currency), currency)
            parts.append(f"{one} in HighLevel, {other} in Act!, difference {gap}")
        what = f"{self.orders} orders" + (f" and {self.invoices} invoices" if self.invoices else "")
        return f"{what}: " + "; ".join(parts or ["nothing on either side"])


def _shown(amount: Decimal, currency: str) -> str:
    try:
        return str(Money(amount, currency))
    except BadRecordError:
        # Somebody typed a currency that there is none of; the comparison must say so, not stop.
        return f"{amount} {currency!r}"


async def reconcile(runtime: Runtime, source: Connection, target: Connection) -> Reconciliation:
    """Read both sides through their APIs and compare them order by order."""
    result = Reconciliation(source=source.name, target=target.name)
    known = await invoiced.pairs(runtime.db, source.id, target.id)
    left, orders, lanes_of = await _highlevel(runtime, source, known, result)
    right, edited = await _act(runtime, target, known, orders, result)
    result.orders, result.invoices = len(orders), len(known.standing)
    for side, positions in ((result.highlevel, left), (result.act, right)):
        for measure in MEASURES:
            side[measure] = defaultdict(Decimal)
        for (_, measure, currency), amount in positions.items():
            side[measure][currency] += amount
    wrong = sorted(
        key for key in left.keys() | right.keys() if left.get(key, Decimal(0)) != right.get(key, Decimal(0))
    )
    async with runtime.db.begin() as tx:
        why = await reasons.of_orders(tx, source.id, sorted({order_id for order_id, _, _ in wrong}))
        why |= await reasons.of_lanes(
            tx,
            lanes_of
            | {f"{target.id}/opportunity/{deal}": invoice for invoice, deal in known.of_invoices.items()}
            | {f"{source.id}/invoice/{invoice}": invoice for invoice in known.of_invoices},
        )
    for order_id, measure, currency in wrong:
        reason, evidence = reason_of(order_id, measure, left, right, why.get(order_id), edited, known)
        result.differences.append(
            Difference(
                order_id=order_id,
                measure=measure,
                currency=currency,
                highlevel=left.get((order_id, measure, currency), Decimal(0)),
                act=right.get((order_id, measure, currency), Decimal(0)),
                reason=reason,
                evidence=evidence,
            )
        )
    return result


async def _highlevel(
    runtime: Runtime, source: Connection, known: Pairs, result: Reconciliation
) -> tuple[Positions, dict[str, Order], dict[str, str]]:
    client = await runtime.ghl(source.id)
    mode = "test" if source.mode == "test" else "live"
    positions: Positions = defaultdict(Decimal)
    orders: dict[str, Order] = {}
    unreadable: set[str] = set()
    lanes_of: dict[str, str] = {}

    def on_bad(_error: BadRecordError, row: JsonObject) -> None:
        unreadable.add(str(row.get("_id")))

    for invoice_id, currency, total in await invoiced.invoices(client, known):
        positions[invoice_id, ORDERED, currency] += total
    async for order in client.orders(mode=mode, on_bad=on_bad):
        if not known.join(order):
            orders[order.id] = order
    async for payment in client.transactions(mode=mode, on_bad=on_bad):
        if payment.entity_id is None:
            continue
        if payment.entity_id in known.of_invoices:
            lanes_of[f"{source.id}/transaction/{payment.id}"] = payment.entity_id
        elif payment.entity_type not in (None, "order"):
            continue
        elif payment.entity_id not in orders and payment.entity_id not in known.joined:
            # The list of orders has been seen to leave some out; the list of payments was complete.
            try:
                found = await client.order(payment.entity_id)
            except (NotFoundError, BadRecordError):
                unreadable.add(payment.entity_id)
                continue
            if found.live is not (mode == "live"):
                continue
            if not known.join(found):
                orders[found.id] = found
        if money_lines.moved_money(payment.status):
            document = known.document(payment.entity_id)
            positions[document, PAID, payment.currency] += payment.amount
            positions[document, REFUNDED, payment.currency] += payment.refunded
    for order in orders.values():
        positions[order.id, ORDERED, order.currency] += order.amount
    result.unreadable = len(unreadable)
    return positions, orders, lanes_of


async def _act(
    runtime: Runtime,
    target: Connection,
    known: Pairs,
    orders: dict[str, Order],
    result: Reconciliation,
) -> tuple[Positions, dict[str, Opportunity]]:
    client, profile = await runtime.act(target.id), await runtime.profile(target.id)
    positions: Positions = defaultdict(Decimal)
    seen: dict[str, Opportunity] = {}
    there = {
        item.id: item
        async for item in client.opportunities(odata.eq("source", SOURCE))
        if item.source_id is not None
    }
    # Of these we know without asking Act! what they are, whatever a person wrote into their source.
    linked = {known.of_orders[order_id]: order_id for order_id in orders if order_id in known.of_orders}
    asked = {*linked, *known.standing.values()}
    there |= await invoiced.opportunities(client, asked - there.keys())
    sales = [(linked[item.id], item) for item in there.values() if item.id in linked]
    sales += [(invoice_id, there[deal]) for invoice_id, deal in known.standing.items() if deal in there]
    sales += [
        (item.source_id, item)
        for item in there.values()
        if item.id not in asked and item.source_id is not None
    ]
    twice = 0
    for document, opportunity in sales:
        if document in seen:
            twice += 1
            if document in linked.values():
                # A copy that a person made: the linked one is the sale.
                continue
        else:
            seen[document] = opportunity
        currency = _currency(opportunity, profile)
        positions[document, ORDERED, currency] += opportunity.product_total or Decimal(0)
    result.duplicates["opportunities"] = twice
    refs: set[str] = set()
    payments_twice = 0
    for facts in await _payments(client, profile):
        if facts["ref"] in refs:
            payments_twice += 1
        refs.add(facts["ref"])
        if money_lines.moved_money(facts["status"]):
            document = known.document(facts["order"])
            positions[document, PAID, facts["currency"]] += Decimal(facts["amount"])
            positions[document, REFUNDED, facts["currency"]] += Decimal(facts["refunded"])
    result.duplicates["payments"] = payments_twice
    return positions, seen


async def _payments(client: ActClient, profile: ActProfile) -> list[dict[str, str]]:
    # Those from before the database had the table are in the history and stay there.
    texts: list[Any] = [row.details async for row in client.history(odata.contains("regarding", "ayment "))]
    table = profile.tables.get(PAYMENTS)
    if table is not None:
        texts += [row.fields.get(table.keys["details"]) async for row in client.records(table.name)]
    found = [proof_line.read(item) for item in texts]
    return [facts for facts in found if facts and facts.get("kind") == "payment"]


def _currency(opportunity: Opportunity, profile: ActProfile) -> str:
    if profile.currency_key is not None:
        for key, value in opportunity.custom_fields.items():
            if key.lower() == profile.currency_key and value:
                return str(value)
    return profile.base_currency or "???"
