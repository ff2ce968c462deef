"""Add amounts up."""

from __future__ import annotations

from orderbridge.catalogue.computing import MONEY, computing, given_money, shown_money, summed
from orderbridge.catalogue.fields import needing, rows
from orderbridge.core.jsonio import JsonObject


def _compute(given: JsonObject) -> JsonObject:
    first, *others = [given_money(item) for item in given["amounts"]]
    return shown_money(summed(first, others, sign=1))


OPERATION = computing(
    id="core.money.add",
    title="Add amounts of money",
    description="Adds amounts of one currency exactly, without rounding; amounts of two currencies are refused.",
    fields=needing({"amounts": rows("The amounts.", MONEY, minItems=1)}, "amounts"),
    gives=MONEY,
    compute=_compute,
    example={"amounts": [{"amount": 19.99, "currency": "USD"}, {"amount": 0.01, "currency": "USD"}]},
    example_output={"amount": 20, "currency": "USD"},
)
