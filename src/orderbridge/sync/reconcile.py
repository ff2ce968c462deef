"""Compare both sides as their APIs show them now; every difference has a reason code and its evidence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderbridge.catalogue import money_lines
from orderbridge.catalogue.act import proof_line
from orderbridge.catalogue.act.profile import PAYMENTS, ActProfile
from orderbridge.catalogue.core.order.lines import KEY_PREFIX
from orderbridge.connectors.act import odata
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.models import Opportunity
from orderbridge.connectors.ghl.models import Order
from orderbridge.core.errors import BadRecordError, NotFoundError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money
from orderbridge.engine.runtime import Runtime
from orderbridge.store import reasons
from orderbridge.store.connections import Connection

SOURCE = "HighLevel"
ORDERED, PAID, REFUNDED = "ordered", "paid", "refunded"
MEASURES = (ORDERED, PAID, REFUNDED)
UNEXPLAINED = "unexplained"

Amounts = dict[str, Decimal]
# (order id, measure, currency) → amount
Positions = dict[tuple[str, str, str], Decimal]


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
        duplicates: What Act! holds more than once, by kind.
    """

    source: str
    target: str
    orders: int = 0
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
        return f"{self.orders} orders: " + "; ".join(parts or ["nothing on either side"])


def _shown(amount: Decimal, currency: str) -> str:
    try:
        return str(Money(amount, currency))
    except BadRecordError:
        # Somebody typed a currency that there is none of; the comparison must say so, not stop.
        return f"{amount} {currency!r}"


async def reconcile(runtime: Runtime, source: Connection, target: Connection) -> Reconciliation:
    """Read both sides through their APIs and compare them order by order."""
    result = Reconciliation(source=source.name, target=target.name)
    left, orders = await _highlevel(runtime, source, result)
    right, edited = await _act(runtime, target, result)
    result.orders = len(orders)
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
    for order_id, measure, currency in wrong:
        reason, evidence = _reason(order_id, measure, left, right, why.get(order_id), edited)
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
    runtime: Runtime, source: Connection, result: Reconciliation
) -> tuple[Positions, dict[str, Order]]:
    client = await runtime.ghl(source.id)
    mode = "test" if source.mode == "test" else "live"
    positions: Positions = defaultdict(Decimal)
    orders: dict[str, Order] = {}
    unreadable: set[str] = set()

    def on_bad(_error: BadRecordError, row: JsonObject) -> None:
        unreadable.add(str(row.get("_id")))

    async for order in client.orders(mode=mode, on_bad=on_bad):
        orders[order.id] = order
    async for payment in client.transactions(mode=mode, on_bad=on_bad):
        if payment.entity_id is None or payment.entity_type not in (None, "order"):
            continue
        if payment.entity_id not in orders:
            # The list of orders has been seen to leave some out; the list of payments was complete.
            try:
                found = await client.order(payment.entity_id)
            except (NotFoundError, BadRecordError):
                unreadable.add(payment.entity_id)
                continue
            if found.live is not (mode == "live"):
                continue
            orders[found.id] = found
        if money_lines.moved_money(payment.status):
            positions[payment.entity_id, PAID, payment.currency] += payment.amount
            positions[payment.entity_id, REFUNDED, payment.currency] += payment.refunded
    for order in orders.values():
        positions[order.id, ORDERED, order.currency] += order.amount
    result.unreadable = len(unreadable)
    return positions, orders


async def _act(
    runtime: Runtime, target: Connection, result: Reconciliation
) -> tuple[Positions, dict[str, Opportunity]]:
    client, profile = await runtime.act(target.id), await runtime.profile(target.id)
    positions: Positions = defaultdict(Decimal)
    seen: dict[str, Opportunity] = {}
    twice = 0
    async for opportunity in client.opportunities(odata.eq("source", SOURCE)):
        if opportunity.source_id is None:
            continue
        if opportunity.source_id in seen:
            twice += 1
        seen[opportunity.source_id] = opportunity
        currency = _currency(opportunity, profile)
        positions[opportunity.source_id, ORDERED, currency] += opportunity.product_total or Decimal(0)
    result.duplicates["opportunities"] = twice
    refs: set[str] = set()
    payments_twice = 0
    for facts in await _payments(client, profile):
        if facts["ref"] in refs:
            payments_twice += 1
        refs.add(facts["ref"])
        if money_lines.moved_money(facts["status"]):
            positions[facts["order"], PAID, facts["currency"]] += Decimal(facts["amount"])
            positions[facts["order"], REFUNDED, facts["currency"]] += Decimal(facts["refunded"])
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


def _reason(
    order_id: str,
    measure: str,
    left: Positions,
    right: Positions,
    why: tuple[str, str] | None,
    edited: dict[str, Opportunity],
) -> tuple[str, str]:
    if why is not None:
        return why
    in_left = any(key[0] == order_id for key in left)
    in_right = any(key[0] == order_id for key in right)
    if in_left and not in_right:
        return (
            "missing_in_act",
            f"HighLevel order {order_id} has no opportunity in Act!; 'orderbridge poll --once' fetches it",
        )
    if in_right and not in_left:
        return (
            "missing_in_highlevel",
            f"Act! holds an opportunity for HighLevel order {order_id}, which HighLevel does not show",
        )
    opportunity = edited.get(order_id)
    if measure == ORDERED and opportunity is not None:
        return (
            "opportunity_edited",
            f"the lines of Act! opportunity {opportunity.id} do not come to the order's amount; lines whose item "
            f"number does not begin with {KEY_PREFIX} were added by a person",
        )
    return UNEXPLAINED, f"{measure} of HighLevel order {order_id} differs and nothing says why"
