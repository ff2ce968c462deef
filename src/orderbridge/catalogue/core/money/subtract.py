"""Take amounts from an amount."""

from __future__ import annotations

from orderbridge.catalogue.computing import MONEY, computing, given_money, shown_money, summed
from orderbridge.catalogue.fields import group, needing, rows
from orderbridge.core.jsonio import JsonObject


def _compute(given: JsonObject) -> JsonObject:
    others = [given_money(item) for item in given["less"]]
    return shown_money(summed(given_money(given["amount"]), others, sign=-1))


OPERATION = computing(
    id="core.money.subtract",
    title="Subtract amounts of money",
    description="Takes amounts from another of the same currency exactly; what is left may be negative.",
    fields=needing(
        {
            "amount": group("What is taken from.", MONEY),
            "less": rows("What is taken away.", MONEY, minItems=1),
        },
        "amount",
        "less",
    ),
    gives=MONEY,
    compute=_compute,
    example={
        "amount": {"amount": 100, "currency": "USD"},
        "less": [{"amount": 30.25, "currency": "USD"}],
    },
    example_output={"amount": 69.75, "currency": "USD"},
)
