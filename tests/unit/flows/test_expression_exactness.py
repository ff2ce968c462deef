"""Expressions equal decimal arithmetic, whatever the numbers are."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderbridge.core.errors import FlowError
from support.carts import TOTAL, by_hand, carts
from support.expressions import compute

# Far beyond the seventeen digits that a float has.
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=20)
MANY = settings(max_examples=100, deadline=None)


@settings(max_examples=200, deadline=None)
@given(cart=carts())
def test_a_cart_costs_what_decimal_arithmetic_says(cart: dict[str, Any]) -> None:
    assert compute(TOTAL, {"cart": cart}) == by_hand(cart)


@MANY
@given(a=NUMBERS, b=NUMBERS)
def test_sums_differences_and_products_lose_nothing(a: Decimal, b: Decimal) -> None:
    scope = {"a": a, "b": b}
    for operator, exact in (
        ("+", Fraction(a) + Fraction(b)),
        ("-", Fraction(a) - Fraction(b)),
        ("*", Fraction(a) * Fraction(b)),
    ):
        assert Fraction(compute(f"a {operator} b", scope)) == exact


@MANY
@given(a=NUMBERS, b=NUMBERS)
def test_a_quotient_is_the_nearest_of_34_digits(a: Decimal, b: Decimal) -> None:
    if not b:
        with pytest.raises(FlowError, match="divides by zero"):
            compute("a / b", {"a": a, "b": b})
        return
    expected = Context(prec=34, rounding=ROUND_HALF_EVEN).divide(a, b)
    assert Decimal(compute("a / b", {"a": a, "b": b})) == expected


@MANY
@given(a=NUMBERS, b=NUMBERS)
def test_numbers_are_compared_in_all_their_digits(a: Decimal, b: Decimal) -> None:
    near = a + Decimal("1e-20")
    for left, right in ((a, b), (a, near), (a, a)):
        found = compute("[a < b, a <= b, a = b, a != b, a > b, a >= b]", {"a": left, "b": right})
        assert found == [
            left < right,
            left <= right,
            left == right,
            left != right,
            left > right,
            left >= right,
        ]


@MANY
@given(numbers=st.lists(NUMBERS, min_size=1, max_size=10), places=st.integers(0, 25))
def test_functions_of_numbers_are_exact(numbers: list[Decimal], places: int) -> None:
    with localcontext(Context(prec=400)):
        expected = [
            sum(numbers, Decimal(0)),
            max(numbers),
            min(numbers),
            Context(prec=34).divide(sum(numbers, Decimal(0)), Decimal(len(numbers))),
            numbers[0].quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN),
            abs(numbers[0]),
            math.floor(numbers[0]),
            math.ceil(numbers[0]),
            sorted(numbers),
        ]
    scope = {"n": numbers, "places": places}
    text = "[$sum(n), $max(n), $min(n), $average(n), $round(n[0], places), $abs(n[0]), $floor(n[0]), $ceil(n[0])]"
    assert compute(text, scope) == expected[:-1]
    assert compute("$sort(n)[]", scope) == expected[-1]


@MANY
@given(number=NUMBERS)
def test_a_number_keeps_its_digits_as_text_and_back(number: Decimal) -> None:
    assert compute('"" & n', {"n": number}) == f"{number:f}"
    assert Decimal(compute("$number($string(n))", {"n": number})) == number
    assert Decimal(compute("$clone({'n': n}).n", {"n": number})) == number


@MANY
@given(base=st.decimals("0.01", 99, places=2), exponent=st.integers(-20, 40))
def test_a_power_is_exact_where_it_can_be(base: Decimal, exponent: int) -> None:
    found = Fraction(compute("$power(base, exponent)", {"base": base, "exponent": exponent}))
    exact = Fraction(base) ** exponent
    if exponent >= 0:
        assert found == exact
    else:
        assert abs(found - exact) <= exact / 10**33


@MANY
@given(
    numerator=st.integers(-(10**15), 10**15),
    currency=st.sampled_from([("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)]),
)
def test_money_is_rounded_half_up_by_its_currency(numerator: int, currency: tuple[str, int]) -> None:
    amount = Decimal(numerator).scaleb(-5)
    code, digits = currency
    found = Fraction(compute("$money(amount, currency)", {"amount": amount, "currency": code}))
    unit = Fraction(1, 10**digits)
    magnitude = math.floor(abs(Fraction(amount)) / unit + Fraction(1, 2)) * unit
    assert found == (magnitude if amount >= 0 else -magnitude)
