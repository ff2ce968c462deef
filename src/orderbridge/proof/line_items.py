"""The lines of one sale on both sides: what they come to, and which of them somebody touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderbridge.catalogue.core.order import lines as order_lines
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.proof.measures import DISCOUNTED, SHIPPED, TAX_AND_SHIPPING, TAXED

_ZERO = Decimal(0)
_MEASURE_OF = {
    order_lines.DISCOUNT: DISCOUNTED,
    order_lines.TAX: TAXED,
    order_lines.SHIPPING: SHIPPED,
    order_lines.REMAINDER: TAX_AND_SHIPPING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as one side has it.

    Attributes:
        key: Our key in the item number; of a person's own line its id.
        amount: What it comes to.
    """

    key: str
    name: str
    price: Decimal
    quantity: Decimal
    amount: Decimal

    @property
    def ours(self) -> bool:
        """Whether we wrote it."""
        return self.key.startswith(order_lines.KEY_PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """A line that is not as it was.

    Attributes:
        field: ``amount``, ``name``, ``price`` or ``quantity``; ``added``, ``removed`` where the whole line is.
        amount: How much less the lines come to by it.
    """

    key: str
    field: str
    was: str
    now: str
    amount: Decimal = _ZERO

    def __str__(self) -> str:
        if self.field == "added":
            return f"line {self.key} ({self.now}) was added"
        if self.field == "removed":
            return f"line {self.key} ({self.was}) was removed"
        return f"line {self.key}: {self.field} {self.was} became {self.now}"


Lines = Mapping[str, Line]


def of_order(state: JsonObject, *, negative_prices: bool) -> dict[str, Line]:
    """Return the lines that the house's own mapping makes of an order; none where it is held."""
    try:
        made = order_lines.order_lines(state, negative_prices=negative_prices)
    except HeldError:
        return {}
    return {
        item.key: Line(
            key=item.key, name=item.name, price=item.price, quantity=item.quantity, amount=item.total
        )
        for item in made
    }


def of_writing(lines: Mapping[str, Any]) -> dict[str, Line]:
    """Return the lines that a receipt proves."""
    return {
        key: Line(
            key=key,
            name=str(item["name"]),
            price=Decimal(item["price"]),
            quantity=Decimal(item["quantity"]),
            amount=Decimal(item["price"]) * Decimal(item["quantity"]),
        )
        for key, item in lines.items()
    }


def changes(before: Lines, after: Lines) -> list[LineChange]:
    """Return what became of lines; the amounts add up to what ``before`` comes to more than ``after``."""
    found: list[LineChange] = []
    for key in [*before, *(key for key in after if key not in before)]:
        one, other = before.get(key), after.get(key)
        if one is None and other is not None:
            found.append(LineChange(key=key, field="added", was="", now=_shown(other), amount=-other.amount))
        elif other is None and one is not None:
            found.append(LineChange(key=key, field="removed", was=_shown(one), now="", amount=one.amount))
        elif one is not None and other is not None:
            found += _touched(one, other)
    return found


def _touched(one: Line, other: Line) -> list[LineChange]:
    found = []
    if one.amount != other.amount:
        found.append(
            LineChange(
                key=one.key,
                field="amount",
                was=_number(one.amount),
                now=_number(other.amount),
                amount=one.amount - other.amount,
            )
        )
    elif (one.price, one.quantity) != (other.price, other.quantity):
        field = "quantity" if one.quantity != other.quantity else "price"
        was, now = (one.quantity, other.quantity) if field == "quantity" else (one.price, other.price)
        found.append(LineChange(key=one.key, field=field, was=_number(was), now=_number(now)))
    if one.name != other.name:
        found.append(LineChange(key=one.key, field="name", was=one.name, now=other.name))
    return found


def _shown(line: Line) -> str:
    return f"{line.name!r}, {_number(line.amount)}"


def _number(value: Decimal) -> str:
    return f"{value:f}"


def form_of(state: JsonObject, known: Lines, *, negative_prices: bool) -> bool:
    """Return whether the discount is a line of its own there (True) or stands in the prices, as ``known`` has it."""
    wanted = {key: line.amount for key, line in known.items() if line.ours}
    for form in (negative_prices, not negative_prices):
        if {key: line.amount for key, line in of_order(state, negative_prices=form).items()} == wanted:
            return form
    return negative_prices


def parts(*sides: Lines) -> list[dict[str, Decimal]]:
    """Return what the lines of each side come to by measure.

    Where one of them does not split tax from shipping, all are given unsplit.
    """
    unsplit = any(order_lines.REMAINDER in side for side in sides)
    return [_parts(side, unsplit=unsplit) for side in sides]


def _parts(lines: Lines, *, unsplit: bool) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in lines.values():
        measure = _MEASURE_OF.get(line.key)
        if measure is None:
            continue
        if unsplit and measure in (TAXED, SHIPPED):
            measure = TAX_AND_SHIPPING
        sums[measure] = sums.get(measure, _ZERO) + (-line.amount if measure == DISCOUNTED else line.amount)
    return sums


def measured(every: Sequence[LineChange], measure: str) -> list[LineChange]:
    """Return the changes of the lines that a measure consists of, with the sign that it has there."""
    keys = {key for key, name in _MEASURE_OF.items() if name == measure}
    if measure == TAX_AND_SHIPPING:
        keys |= {order_lines.TAX, order_lines.SHIPPING}
    sign = -1 if measure == DISCOUNTED else 1
    return [
        LineChange(key=item.key, field=item.field, was=item.was, now=item.now, amount=sign * item.amount)
        for item in every
        if item.key in keys and item.amount
    ]
