"""Write a number for people."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from orderbridge.catalogue.computing import computing, exact
from orderbridge.catalogue.core.number import MARKS, written
from orderbridge.catalogue.fields import needing, number, text, whole
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject


def _compute(given: JsonObject) -> JsonObject:
    if given.get("group_mark") == given.get("decimal_mark", "."):
        raise FlowError("decimal_mark and group_mark are the same", cause="flow.input_refused")
    value, digits = exact(given["value"]), given.get("digits")
    if digits is not None:
        value = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return {"text": written(value, given)}


OPERATION = computing(
    id="core.number.format",
    title="Write a number as text",
    description="Writes a number with the digits and marks you choose; halves are rounded up, away from zero.",
    fields=needing(
        {
            "value": number("The number."),
            "digits": whole(
                "Digits after the decimal mark; as many as it has unless given.", minimum=0, maximum=12
            ),
            **MARKS,
        },
        "value",
    ),
    gives=needing({"text": text("The number as text.")}, "text"),
    compute=_compute,
    example={"value": 1234.5, "digits": 2, "group_mark": ","},
    example_output={"text": "1,234.50"},
)
