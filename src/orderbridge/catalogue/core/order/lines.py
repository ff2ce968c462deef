"""Turn an order into lines whose sum is the order's amount, to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from orderbridge.catalogue.fields import group, money, needed, needing, number, object_of, rows, text
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import AMOUNT, TEXT, object_schema
from orderbridge.core.errors import BadRecordError, HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money, is_whole_minor, minor_digits, quantized

if TYPE_CHECKING:
    from orderbridge.catalogue.context import ActionContext

# Our key of a line, kept in Act!'s item number: by it a line is found again.
KEY_PREFIX = "GHL-"
DISCOUNT, TAX, SHIPPING = f"{KEY_PREFIX}DISCOUNT", f"{KEY_PREFIX}TAX", f"{KEY_PREFIX}SHIPPING"
REMAINDER, ROUNDING, DEDUCTION = f"{KEY_PREFIX}TAXSHIP", f"{KEY_PREFIX}ROUNDING", f"{KEY_PREFIX}DEDUCTION"

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One position: ``price`` times ``quantity``, exactly."""

    key: str
    name: str
    price: Decimal
    quantity: Decimal

    @property
    def total(self) -> Decimal:
        """What the position comes to."""
        return self.price * self.quantity

    def as_json(self) -> JsonObject:
        """The line as a step's output."""
        return {"key": self.key, "name": self.name, "price": self.price, "quantity": self.quantity}


def order_lines(order: JsonObject, *, negative_prices: bool) -> list[Line]:
    """Return the lines of a canonical order record.

    Args:
        order: As ``connectors.ghl.models.Order`` names its fields.
        negative_prices: False where the other side refuses them; the discount then goes into the prices.

    Raises:
        HeldError: A quantity or a price is negative: that is no sale that we understand.
    """
    currency, amount, discount = order["currency"], Decimal(order["amount"]), Decimal(order["discount"])
    lines = [_item_line(order, number, item) for number, item in enumerate(order["items"], start=1)]
    items_total = sum((line.total for line in lines), _ZERO)
    if not lines and amount:
        # Some orders carry no items (a payment link); their amount is still a sale.
        return [Line(f"{KEY_PREFIX}1", "Order total", amount, Decimal(1))]
    slack = Decimal(1).scaleb(-minor_digits(currency)) * len(lines)
    extras = _split_lines(order, items_total - discount, slack)
    taken = _ZERO
    if discount > 0 and not negative_prices:
        taken = min(discount, items_total)
    elif discount:
        code = f" ({order['coupon_code']})" if order.get("coupon_code") else ""
        extras.append(
            Line(DISCOUNT, f"Discount{code}" if discount > 0 else "Surcharge", -discount, Decimal(1))
        )
    missing = amount - items_total + taken - sum((line.total for line in extras), _ZERO)
    if not negative_prices and -slack <= missing < 0 and taken - missing <= items_total:
        # A cent too much by rounding cannot be a line of its own here, so a price takes it.
        taken, missing = taken - missing, _ZERO
    if taken:
        lines = discounted(lines, taken, currency)
    if missing:
        extras.append(_named_remainder(missing, slack, currency, negative_prices, order["id"]))
    return _one_rounding([*lines, *extras])


def _split_lines(order: JsonObject, net: Decimal, slack: Decimal) -> list[Line]:
    tax, shipping = order.get("tax"), order.get("shipping")
    # The provider may have rounded the whole where the lines are rounded each.
    if tax is None or shipping is None or abs(net + tax + shipping - Decimal(order["amount"])) > slack:
        return []
    named = ((TAX, "Tax", tax), (SHIPPING, "Shipping", shipping))
    return [Line(key, name, value, Decimal(1)) for key, name, value in named if value]


def _one_rounding(lines: Sequence[Line]) -> list[Line]:
    # Spreading a discount and the provider's own rounding can both leave something; a key is there once.
    spread = sum((line.total for line in lines if line.key == ROUNDING), _ZERO)
    kept = [line for line in lines if line.key != ROUNDING]
    return [*kept, Line(ROUNDING, "Rounding", spread, Decimal(1))] if spread else kept


def _item_line(order: JsonObject, number: int, item: JsonObject) -> Line:
    quantity, price = Decimal(item["quantity"]), Decimal(item["unit_price"])
    if quantity < 0 or price < 0:
        raise HeldError(
            f"HighLevel order {order['id']}: item {number} ({item['name']}) has quantity {quantity} at price "
            f"{price}; a negative position is not carried over by itself. Correct the order in HighLevel, "
            "or enter it in Act! by hand",
            cause="order.negative_item",
        )
    name = item["name"][:200]
    key = f"{KEY_PREFIX}{number}"
    if is_whole_minor(price * quantity, order["currency"]):
        return Line(key, name, price, quantity)
    # A line total below a cent would be rounded by somebody; better by us, with the sum kept visible.
    whole = quantized(price * quantity, order["currency"])
    return Line(key, f"{name} ({quantity.normalize():f} x {price.normalize():f})", whole, Decimal(1))


def discounted(lines: Sequence[Line], discount: Decimal, currency: str) -> list[Line]:
    """Take ``discount`` off the prices, spread by value; what no price can hold becomes a rounding line."""
    total = sum((line.total for line in lines), _ZERO)
    if not total:
        return list(lines)
    step = Decimal(1).scaleb(-minor_digits(currency))
    shares = [(discount * line.total / total).quantize(step, rounding=ROUND_DOWN) for line in lines]
    left_over = discount - sum(shares, _ZERO)
    result = []
    for line, share in zip(lines, shares, strict=True):
        # Rounding each share down leaves some minor units; the first lines with room take them.
        more = min(left_over, line.total - share)
        left_over -= more
        result.append(_reduced(line, line.total - share - more, step))
    spread = total - discount - sum((line.total for line in result), _ZERO)
    if spread > 0:
        result.append(Line(ROUNDING, "Rounding", spread, Decimal(1)))
    return result


def _reduced(line: Line, rest: Decimal, step: Decimal) -> Line:
    if not line.quantity or rest == line.total:
        return line
    if line.quantity != line.quantity.to_integral_value():
        # A part of a piece at a whole price would come to less than a cent somewhere.
        name = f"{line.name} ({line.quantity.normalize():f} x {line.price.normalize():f}, less discount)"
        return replace(line, name=name, price=rest, quantity=Decimal(1))
    # Rounded down, so that what remains is a positive line that every system takes.
    return replace(line, price=(rest / line.quantity).quantize(step, rounding=ROUND_DOWN))


def _named_remainder(
    missing: Decimal, slack: Decimal, currency: str, negative_prices: bool, order_id: str
) -> Line:
    if abs(missing) <= slack:
        key, name = ROUNDING, "Rounding"
    elif missing > 0:
        key, name = REMAINDER, "Tax and shipping (not split by HighLevel)"
    else:
        key, name = DEDUCTION, "Deduction (not named by HighLevel)"
    if missing < 0 and not negative_prices:
        raise HeldError(
            f"HighLevel order {order_id}: its total is {-missing} {currency} below its items and discount, and "
            "this Act! database takes no negative line; enter the order in Act! by hand",
            cause="order.deduction_refused",
        )
    return Line(key, name, missing, Decimal(1))


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    order = given["order"]
    try:
        minor_digits(order["currency"])
    except BadRecordError as error:
        raise BadRecordError(f"HighLevel order {order['id']}: {error}", cause=error.cause) from error
    lines = order_lines(order, negative_prices=ctx.profile.negative_prices)
    total = sum((line.total for line in lines), _ZERO)
    if total != order["amount"]:
        raise HeldError(
            f"HighLevel order {order['id']}: its lines come to {Money(total, order['currency'])} but its amount "
            f"is {Money(Decimal(order['amount']), order['currency'])}; nothing was written",
            cause="order.lines_do_not_add_up",
        )
    return {"lines": [line.as_json() for line in lines], "total": total}


_OPTIONAL_AMOUNT = {"type": ["number", "null"]}
_ITEM = needing(
    {
        "name": text("What was sold."),
        "unit_price": money("Of one piece."),
        "quantity": number("How many; parts of a piece are allowed."),
    },
    "name", "unit_price", "quantity",
)  # fmt: skip
_ORDER = needing(
    {
        "id": text("Its id, for messages."),
        "currency": text("Currency of every amount, such as USD."),
        "amount": money("What the customer owes in all; the lines come to this."),
        "discount": money("What was taken off; 0 for nothing."),
        "tax": money("Tax on top, null where it is not known apart.", **_OPTIONAL_AMOUNT),
        "shipping": money("Shipping on top, null where it is not known apart.", **_OPTIONAL_AMOUNT),
        "coupon_code": text("Shown with the discount.", type=["string", "null"]),
        "items": rows("What was sold.", _ITEM, open=True),
    },
    "id", "currency", "amount", "discount", "items",
)  # fmt: skip
_LINE = object_schema(
    ["key", "name", "price", "quantity"], key=TEXT, name=TEXT, price=AMOUNT, quantity={"type": "number"}
)

OPERATION = Operation(
    id="core.order.lines",
    system="core",
    title="Turn an order into lines",
    description="Turns items, discount, tax and shipping into lines that add up to the order's amount exactly.",
    input_schema=object_of(
        {"order": needed(group("An order as the trigger ghl.order.changed gives it.", _ORDER, open=True))}
    ),
    output_schema=object_schema(["lines", "total"], lines={"type": "array", "items": _LINE}, total=AMOUNT),
    example={
        "order": {
            "id": "6601f0c2a5b4c3d2e1f00001",
            "currency": "USD",
            "amount": 488,
            "discount": 10,
            "tax": 0,
            "shipping": 0,
            "items": [{"name": "Oak table", "unit_price": 249, "quantity": 2}],
        }
    },
    example_output={
        "lines": [
            {"key": "GHL-1", "name": "Oak table", "price": 249, "quantity": 2},
            {"key": "GHL-DISCOUNT", "name": "Discount", "price": -10, "quantity": 1},
        ],
        "total": 488,
    },
    effects=frozenset(),
    calls="none",
    run=_run,
)
