"""What a record says about money, as lines of the ledger: the same words for both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from orderbridge.catalogue.core.order import lines as order_lines
from orderbridge.connectors.fields import instant
from orderbridge.core.jsonio import JsonObject

LINE, DISCOUNT, TAX, SHIPPING, OTHER, PAID, REFUNDED = (
    "line", "discount", "tax", "shipping", "other", "paid", "refunded",
)  # fmt: skip
_ENTRY_OF_KEY = {
    order_lines.DISCOUNT: DISCOUNT,
    order_lines.TAX: TAX,
    order_lines.SHIPPING: SHIPPING,
    order_lines.REMAINDER: OTHER,
    order_lines.ROUNDING: OTHER,
    order_lines.DEDUCTION: OTHER,
}
# Payments that moved money; a failed or pending charge is recorded but is not money.
_MONEY_STATUSES = frozenset({"succeeded", "refunded", "partially_refunded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLine:
    """One amount of one order."""

    order_id: str
    entry: str
    line: str
    amount: Decimal
    currency: str
    occurred_at: datetime | None


def of_highlevel(kind: str, state: JsonObject) -> list[MoneyLine]:
    """Return the money lines of a canonical HighLevel record; none for what is no money or not ours."""
    if not state.get("wanted_mode"):
        return []
    occurred_at = instant(state.get("created_at"))
    if kind == "order":
        lines = order_lines.order_lines(state, negative_prices=True)
        return [
            MoneyLine(
                order_id=state["id"],
                entry=_ENTRY_OF_KEY.get(line.key, LINE),
                line=line.key,
                amount=line.total,
                currency=state["currency"],
                occurred_at=occurred_at,
            )
            for line in lines
        ]
    if kind == "transaction":
        return _paid(
            state["order"]["id"],
            Decimal(state["amount"]),
            Decimal(state["refunded"]),
            state["currency"],
            state["status"],
            occurred_at,
        )
    return []


def of_act(kind: str, reference: str, read_back: JsonObject, currency: str | None) -> list[MoneyLine]:
    """Return the money lines of what was read back from Act!."""
    if kind == "opportunity" and currency is not None:
        return [
            MoneyLine(
                order_id=reference,
                entry=_ENTRY_OF_KEY.get(key, LINE),
                line=key,
                amount=Decimal(line["price"]) * Decimal(line["quantity"]),
                currency=currency,
                occurred_at=None,
            )
            for key, line in read_back["lines"].items()
        ]
    if kind == "payment":
        facts = read_back["facts"]
        return _paid(
            facts["order"],
            Decimal(facts["amount"]),
            Decimal(facts["refunded"]),
            facts["currency"],
            facts["status"],
            None,
        )
    return []


def _paid(
    order_id: str,
    amount: Decimal,
    refunded: Decimal,
    currency: str,
    status: str,
    occurred_at: datetime | None,
) -> list[MoneyLine]:
    if status not in _MONEY_STATUSES:
        return []
    return [
        MoneyLine(
            order_id=order_id, entry=entry, line="", amount=value, currency=currency, occurred_at=occurred_at
        )
        for entry, value in ((PAID, amount), (REFUNDED, refunded))
    ]


def moved_money(status: str) -> bool:
    """Tell whether a payment of this status is money."""
    return status in _MONEY_STATUSES
