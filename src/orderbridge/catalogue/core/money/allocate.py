"""Split an amount by weights, to the last cent."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

from orderbridge.catalogue.computing import MONEY, computing, exact, given_money, shown_money
from orderbridge.catalogue.fields import group, needing, numbers, rows
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money, minor_digits


def allocated(amount: Money, weights: list[Decimal]) -> list[Money]:
    """Split ``amount`` so that the parts add up to it exactly.

    Each part is rounded down to the minor unit; the units left over go to the parts that lost most by
    that, the first of equals first.

    Raises:
        FlowError: The weights come to nothing, or the amount has fractions of a minor unit.
    """
    total = sum(map(Fraction, weights), Fraction(0))
    if total <= 0:
        raise FlowError("the weights add up to nothing; one of them must be above 0", cause="money.no_weight")
    units = abs(Fraction(amount.amount)) * 10 ** minor_digits(amount.currency)
    if units.denominator != 1:
        raise FlowError(
            f"{amount.amount} {amount.currency} has fractions of the smallest unit; round it first",
            cause="money.not_whole",
        )
    wanted = [units * Fraction(weight) / total for weight in weights]
    shares = [int(part) for part in wanted]
    by_loss = sorted(range(len(wanted)), key=lambda at: (shares[at] - wanted[at], at))
    for at in by_loss[: int(units) - sum(shares)]:
        shares[at] += 1
    sign = -1 if amount.amount < 0 else 1
    with localcontext(prec=200):
        return [
            Money(Decimal(sign * share).scaleb(-minor_digits(amount.currency)), amount.currency)
            for share in shares
        ]


def _compute(given: JsonObject) -> JsonObject:
    parts = allocated(given_money(given["amount"]), [exact(weight) for weight in given["weights"]])
    return {"parts": [shown_money(part) for part in parts]}


OPERATION = computing(
    id="core.money.allocate",
    title="Split an amount of money",
    description="Splits an amount by weights so that the parts add up to it exactly; no cent is lost or made.",
    fields=needing(
        {
            "amount": group("The amount to split.", MONEY),
            "weights": numbers(
                "A weight for each part, such as 50, 30 and 20.",
                items={"type": "number", "minimum": 0},
                minItems=1,
                maxItems=1000,
            ),
        },
        "amount",
        "weights",
    ),
    gives=needing({"parts": rows("The parts, in the order of the weights.", MONEY)}, "parts"),
    compute=_compute,
    example={"amount": {"amount": 100, "currency": "USD"}, "weights": [1, 1, 1]},
    example_output={
        "parts": [
            {"amount": 33.34, "currency": "USD"},
            {"amount": 33.33, "currency": "USD"},
            {"amount": 33.33, "currency": "USD"},
        ]
    },
)
