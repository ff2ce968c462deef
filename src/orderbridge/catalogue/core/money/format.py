"""Write an amount for people."""

from __future__ import annotations

from orderbridge.catalogue.computing import MONEY, computing, given_money
from orderbridge.catalogue.core.number import MARKS, written
from orderbridge.catalogue.fields import choice, needing, text
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject


def _compute(given: JsonObject) -> JsonObject:
    if given.get("group_mark") == given.get("decimal_mark", "."):
        raise FlowError("decimal_mark and group_mark are the same", cause="flow.input_refused")
    value = given_money(given).rounded()
    text = written(value.amount, given)
    where = given.get("code", "after")
    return {
        "text": f"{text} {value.currency}"
        if where == "after"
        else f"{value.currency} {text}"
        if where == "before"
        else text
    }


OPERATION = computing(
    id="core.money.format",
    title="Write an amount of money as text",
    description="Writes an amount with the digits that its currency has, so yen show none and dinars show three.",
    fields={
        **MONEY,
        **MARKS,
        "code": choice("Where the currency's code stands; after unless given.", ["after", "before", "none"]),
    },
    gives=needing({"text": text("The amount as text.")}, "text"),
    compute=_compute,
    example={"amount": 1234.5, "currency": "USD", "group_mark": ","},
    example_output={"text": "1,234.50 USD"},
)
