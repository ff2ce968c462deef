"""Random carts, and what they cost by plain decimal arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from hypothesis import strategies as st

DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4}

# What an owner would write: discount and tax are each rounded by the rule of the currency.
TOTAL = """(
  $subtotal := $sum(cart.lines.(price * quantity));
  $discount := $money($subtotal * cart.discountPercent / 100, cart.currency);
  $tax := $money(($subtotal - $discount) * cart.taxPercent / 100, cart.currency);
  {
    "subtotal": $subtotal,
    "discount": $discount,
    "tax": $tax,
    "total": $money($subtotal, cart.currency) - $discount + $tax + cart.shipping,
    "each": [cart.lines.$money(price * quantity, $$.cart.currency)],
    "dearest": $max(cart.lines.price),
    "average": $average(cart.lines.price),
    "text": cart.currency & " " & $subtotal
  }
)"""


def decimals(most: str, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals from 0, with exactly so many digits after the point."""
    return st.integers(0, int(Decimal(most).scaleb(places))).map(lambda units: Decimal(units).scaleb(-places))


@st.composite
def carts(draw: st.DrawFn) -> dict[str, Any]:
    """Carts in several currencies, with odd quantities and percentages."""
    currency = draw(st.sampled_from(sorted(DIGITS)))
    # Unit prices are finer than the currency now and then: 0.0125 a sheet.
    price = decimals("99999", DIGITS[currency]) | decimals("999", DIGITS[currency] + 3)
    line = st.fixed_dictionaries(
        {"price": price, "quantity": st.integers(0, 999).map(Decimal) | decimals("99", 3)}
    )
    return {
        "currency": currency,
        "lines": draw(st.lists(line, min_size=1, max_size=8)),
        "discountPercent": draw(decimals("100", 2)),
        "taxPercent": draw(decimals("30", 3)),
        "shipping": draw(decimals("500", DIGITS[currency])),
    }


@dataclass(frozen=True)
class _Rule:
    digits: int

    def __call__(self, amount: Decimal) -> Decimal:
        return amount.quantize(Decimal(1).scaleb(-self.digits), rounding=ROUND_HALF_UP)


def by_hand(cart: dict[str, Any]) -> dict[str, Any]:
    """The same as ``TOTAL``, in decimal arithmetic that rounds nothing unasked."""
    money = _Rule(DIGITS[cart["currency"]])
    with localcontext(Context(prec=200)):
        lines = [line["price"] * line["quantity"] for line in cart["lines"]]
        prices = [line["price"] for line in cart["lines"]]
        subtotal = sum(lines, Decimal(0))
        discount = money(subtotal * cart["discountPercent"] / 100)
        tax = money((subtotal - discount) * cart["taxPercent"] / 100)
        return {
            "subtotal": subtotal,
            "discount": discount,
            "tax": tax,
            "total": money(subtotal) - discount + tax + cart["shipping"],
            "each": [money(line) for line in lines],
            "dearest": max(prices),
            "average": Context(prec=34).divide(sum(prices), Decimal(len(prices))),
            "text": f"{cart['currency']} {subtotal:f}",
        }
