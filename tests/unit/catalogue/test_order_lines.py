"""Whatever an order's cart looks like, its lines come to its amount exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orderbridge.catalogue.core.order import lines as module
from orderbridge.catalogue.core.order.lines import Line, discounted, order_lines
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import is_whole_minor, minor_digits, quantized

CURRENCIES = ("USD", "EUR", "JPY", "KWD")
NAMES = {
    module.DISCOUNT: "Discount",
    module.TAX: "Tax",
    module.SHIPPING: "Shipping",
    module.ROUNDING: "Rounding",
    module.REMAINDER: "Tax and shipping (not split by HighLevel)",
    module.DEDUCTION: "Deduction (not named by HighLevel)",
}


def order(**given: Any) -> JsonObject:
    """An order of one currency; what is not said is absent."""
    return {"id": "o1", "currency": "USD", "discount": Decimal(0), "tax": None, "shipping": None} | given


def item(price: str, quantity: str = "1", name: str = "Course") -> JsonObject:
    return {"name": name, "unit_price": Decimal(price), "quantity": Decimal(quantity)}


def total(lines: list[Line]) -> Decimal:
    return sum((line.total for line in lines), Decimal(0))


def keyed(lines: list[Line]) -> dict[str, Decimal]:
    return {line.key: line.total for line in lines}


@st.composite
def carts(draw: st.DrawFn) -> JsonObject:
    """An order as HighLevel could show it: its amount is its own rounding of what is in the cart."""
    currency = draw(st.sampled_from(CURRENCIES))
    digits = minor_digits(currency)

    def money(most: int) -> Decimal:
        return draw(st.integers(0, most).map(lambda minor: Decimal(minor).scaleb(-digits)))

    items = draw(
        st.lists(
            st.builds(
                lambda minor, extra, quantity: {
                    "name": "Thing",
                    "unit_price": Decimal(minor).scaleb(-digits - extra),
                    "quantity": quantity,
                },
                st.integers(0, 10_000_000),
                st.sampled_from((0, 0, 0, 1, 2)),
                st.one_of(
                    st.integers(1, 50).map(Decimal),
                    st.sampled_from(("0.5", "1.5", "2.25", "0.333", "0")).map(Decimal),
                ),
            ),
            min_size=1,
            max_size=8,
        )
    )
    subtotal = sum((row["unit_price"] * row["quantity"] for row in items), Decimal(0))
    # The provider rounds the whole, or every line; nobody says which.
    roundings = (
        quantized(subtotal, currency),
        sum((quantized(row["unit_price"] * row["quantity"], currency) for row in items), Decimal(0)),
    )
    discount = min(money(2_000_000), *roundings)
    tax, shipping = money(500_000), money(50_000)
    told = draw(st.booleans())
    return order(
        currency=currency,
        items=items,
        amount=draw(st.sampled_from(roundings)) - discount + tax + shipping,
        discount=discount,
        tax=tax if told else None,
        shipping=shipping if told else None,
        coupon_code=draw(st.sampled_from((None, "SUMMER"))),
    )


@given(carts(), st.booleans())
def test_the_lines_of_any_cart_come_to_its_amount_exactly(cart: JsonObject, negative_prices: bool) -> None:
    lines = order_lines(cart, negative_prices=negative_prices)
    assert total(lines) == cart["amount"]


@given(carts(), st.booleans())
def test_no_two_lines_share_a_key(cart: JsonObject, negative_prices: bool) -> None:
    keys = [line.key for line in order_lines(cart, negative_prices=negative_prices)]
    assert len(keys) == len(set(keys))


@given(carts())
def test_in_prices_mode_no_line_is_negative(cart: JsonObject) -> None:
    lines = order_lines(cart, negative_prices=False)
    assert all(line.price >= 0 and line.quantity >= 0 for line in lines)


@given(carts(), st.booleans())
def test_every_line_is_whole_in_the_currencys_smallest_unit(cart: JsonObject, negative_prices: bool) -> None:
    assume(is_whole_minor(cart["amount"], cart["currency"]))
    lines = order_lines(cart, negative_prices=negative_prices)
    assert all(is_whole_minor(line.total, cart["currency"]) for line in lines)


@given(carts(), st.booleans())
def test_what_is_not_an_item_has_its_own_name(cart: JsonObject, negative_prices: bool) -> None:
    for line in order_lines(cart, negative_prices=negative_prices):
        if line.key in NAMES:
            assert line.name.startswith(NAMES[line.key])
        else:
            assert line.key.removeprefix(module.KEY_PREFIX).isdigit()


@given(carts())
def test_without_negative_prices_the_discount_lowers_the_items_by_itself(cart: JsonObject) -> None:
    lines = order_lines(cart, negative_prices=False)
    assert module.DISCOUNT not in keyed(lines)


def test_the_discount_is_a_negative_line_that_names_its_coupon() -> None:
    cart = order(items=[item("20.00", "2")], amount=Decimal("35.00"), discount=Decimal("5"), coupon_code="X1")
    lines = order_lines(cart, negative_prices=True)
    assert [(line.key, line.name, line.total) for line in lines] == [
        ("GHL-1", "Course", Decimal("40.00")),
        (module.DISCOUNT, "Discount (X1)", Decimal("-5")),
    ]


def test_tax_and_shipping_are_lines_of_their_own_when_the_order_tells_them() -> None:
    cart = order(items=[item("10")], amount=Decimal("13.5"), tax=Decimal("1.5"), shipping=Decimal(2))
    assert keyed(order_lines(cart, negative_prices=True)) == {
        "GHL-1": Decimal(10),
        module.TAX: Decimal("1.5"),
        module.SHIPPING: Decimal(2),
    }


def test_tax_and_shipping_that_nobody_splits_are_one_line() -> None:
    cart = order(items=[item("10")], amount=Decimal("13.5"))
    assert keyed(order_lines(cart, negative_prices=True)) == {
        "GHL-1": Decimal(10),
        module.REMAINDER: Decimal("3.5"),
    }


def test_a_split_that_does_not_add_up_is_not_believed() -> None:
    cart = order(items=[item("10")], amount=Decimal("13.5"), tax=Decimal(9), shipping=Decimal(9))
    assert keyed(order_lines(cart, negative_prices=True)) == {
        "GHL-1": Decimal(10),
        module.REMAINDER: Decimal("3.5"),
    }


def test_an_order_without_items_is_one_line() -> None:
    lines = order_lines(order(items=[], amount=Decimal("9.99")), negative_prices=True)
    assert [(line.name, line.total) for line in lines] == [("Order total", Decimal("9.99"))]


def test_a_free_order_without_items_has_no_lines() -> None:
    assert order_lines(order(items=[], amount=Decimal(0)), negative_prices=True) == []


def test_a_position_below_a_cent_is_one_piece_with_its_sum_in_the_name() -> None:
    cart = order(items=[item("0.333", "1.5")], amount=Decimal("0.50"))
    lines = order_lines(cart, negative_prices=True)
    assert [(line.name, line.price, line.quantity) for line in lines] == [
        ("Course (1.5 x 0.333)", Decimal("0.50"), Decimal(1))
    ]


def test_a_cent_too_much_by_rounding_is_a_rounding_line() -> None:
    cart = order(items=[item("0.335"), item("0.335")], amount=Decimal("0.67"))
    assert keyed(order_lines(cart, negative_prices=True))[module.ROUNDING] == Decimal("-0.01")


def test_where_no_line_may_be_negative_the_cent_too_much_goes_into_a_price() -> None:
    cart = order(items=[item("0.335"), item("0.335")], amount=Decimal("0.67"))
    lines = order_lines(cart, negative_prices=False)
    assert total(lines) == Decimal("0.67")
    assert all(line.total >= 0 for line in lines)


def test_a_surcharge_is_a_line_and_raises_no_price() -> None:
    cart = order(items=[item("10")], amount=Decimal("12"), discount=Decimal(-2))
    assert keyed(order_lines(cart, negative_prices=False))["GHL-1"] == Decimal(10)
    assert total(order_lines(cart, negative_prices=False)) == Decimal(12)


def test_a_deduction_that_nobody_names_is_held_where_no_line_may_be_negative() -> None:
    cart = order(items=[item("10")], amount=Decimal("7"))
    with pytest.raises(HeldError, match="order o1: its total is 3 USD below its items"):
        order_lines(cart, negative_prices=False)
    assert keyed(order_lines(cart, negative_prices=True))[module.DEDUCTION] == Decimal(-3)


@pytest.mark.parametrize(("price", "quantity"), [("5", "-1"), ("-5", "1")])
@pytest.mark.parametrize("negative_prices", [True, False])
def test_a_negative_position_is_held_and_named(price: str, quantity: str, negative_prices: bool) -> None:
    cart = order(items=[item("1"), item(price, quantity, "Return")], amount=Decimal(-4))
    with pytest.raises(HeldError, match=r"order o1: item 2 \(Return\)"):
        order_lines(cart, negative_prices=negative_prices)


def test_a_discount_is_spread_by_value() -> None:
    lines = [Line("a", "A", Decimal(30), Decimal(1)), Line("b", "B", Decimal(10), Decimal(1))]
    assert [line.total for line in discounted(lines, Decimal(8), "USD")] == [Decimal(24), Decimal(8)]


def test_a_yen_is_never_split() -> None:
    cart = order(currency="JPY", items=[item("100", "3")], amount=Decimal(299), discount=Decimal(1))
    lines = order_lines(cart, negative_prices=False)
    assert all(line.price == line.price.to_integral_value() for line in lines)
    assert total(lines) == Decimal(299)
