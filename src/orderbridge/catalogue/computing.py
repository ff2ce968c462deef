"""Operations that touch nothing: they compute an answer from what they are given."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, Inexact, localcontext
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import Fields, money, needing, object_of, text
from orderbridge.catalogue.operation import Operation
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money, minor_digits

Compute = Callable[[JsonObject], JsonObject]

MONEY: Fields = needing(
    {
        "amount": money("Exact amount in major units; 12.5 means 12.50."),
        "currency": text("ISO 4217 code, such as USD.", pattern="^[A-Z]{3}$"),
    },
    "amount",
    "currency",
)
# More digits than any sum of real amounts has; what does not fit is refused, not rounded.
_DIGITS = 60


def computing(
    *,
    id: str,
    title: str,
    description: str,
    fields: Fields,
    gives: Fields,
    compute: Compute,
    example: JsonObject,
    example_output: JsonObject,
) -> Operation:
    """Declare an operation that computes.

    Args:
        id: ``core.text.case``.
        title: A few words.
        description: One sentence.
        fields: Its input.
        gives: Its output.
        compute: Makes the output of the input.
        example: An input that works.
        example_output: What comes of it.
    """

    async def run(_ctx: ActionContext, given: JsonObject) -> JsonObject:
        return compute(given)

    return Operation(
        id=id,
        system="core",
        title=title,
        description=description,
        input_schema=object_of(fields),
        output_schema=object_of(gives),
        example=example,
        example_output=example_output,
        effects=frozenset(),
        run=run,
    )


def exact(value: Any) -> Decimal:
    """Return a number as it was written.

    Raises:
        FlowError: It is a binary fraction, which has lost its digits already, or no number at all.
    """
    if isinstance(value, float):
        raise FlowError(
            "a number came as a binary fraction, which is not exact; give a Decimal or a whole number",
            cause="number.not_exact",
        )
    found = Decimal(value)
    if not found.is_finite() or len(found.as_tuple().digits) > _DIGITS or abs(found.adjusted()) > _DIGITS:
        raise FlowError(f"a number has more than {_DIGITS} digits", cause="number.too_long")
    return found


def given_money(value: JsonObject) -> Money:
    """Return an input of ``MONEY``.

    Raises:
        BadRecordError: The currency is none of ISO 4217.
    """
    minor_digits(value["currency"])
    return Money(exact(value["amount"]), value["currency"])


def shown_money(value: Money) -> JsonObject:
    """Return money as an output of ``MONEY``."""
    return {"amount": value.amount, "currency": value.currency}


def summed(first: Money, others: list[Money], *, sign: int) -> Money:
    """Add ``others`` to ``first``, or take them away.

    Raises:
        FlowError: The currencies differ, or the exact sum has too many digits.
    """
    for other in others:
        if other.currency != first.currency:
            raise FlowError(
                f"{first.currency} and {other.currency} cannot be added up; convert one of them first",
                cause="money.currencies_differ",
            )
    try:
        with localcontext(prec=3 * _DIGITS) as context:
            context.traps[Inexact] = True
            total = first.amount
            for other in others:
                total += sign * other.amount
    except Inexact as error:
        raise FlowError(
            "the sum has more digits than can be kept exactly", cause="number.too_long"
        ) from error
    return Money(total, first.currency)
