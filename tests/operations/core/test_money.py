from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.catalogue.core.money.allocate import allocated
from orderbridge.core.money import Money, minor_digits
from support.operations import Operations


def usd(amount: str) -> dict[str, Any]:
    return {"amount": Decimal(amount), "currency": "USD"}


@pytest.mark.covers("core.money.add@1", "core.money.subtract@1")
async def test_amounts_are_added_and_subtracted_exactly(ops: Operations) -> None:
    added = await ops.run("core.money.add", amounts=[usd("0.1"), usd("0.2"), usd("99999999999999.005")])
    left = await ops.run("core.money.subtract", amount=usd("100"), less=[usd("30.25"), usd("70")])

    assert added == usd("99999999999999.305")
    assert left == usd("-0.25")


async def test_two_currencies_are_never_added(ops: Operations) -> None:
    message = await ops.refused("core.money.add", amounts=[usd("1"), {"amount": 1, "currency": "EUR"}])

    assert "USD and EUR" in message
    assert "not a currency" in await ops.refused("core.money.add", amounts=[{"amount": 1, "currency": "XXQ"}])


@pytest.mark.covers("core.money.format@1")
async def test_an_amount_shows_the_digits_of_its_currency(ops: Operations) -> None:
    async def written(amount: str, currency: str, **how: str) -> str:
        return str(
            (await ops.run("core.money.format", amount=Decimal(amount), currency=currency, **how))["text"]
        )

    assert await written("1234.5", "USD", group_mark=",") == "1,234.50 USD"
    assert await written("1234.5", "EUR", group_mark=".", decimal_mark=",", code="none") == "1.234,50"
    assert await written("1234", "JPY", code="before") == "JPY 1234"
    assert await written("1.5", "KWD") == "1.500 KWD"


@pytest.mark.covers("core.money.allocate@1")
async def test_no_cent_is_lost_when_an_amount_is_split(ops: Operations) -> None:
    made = await ops.run("core.money.allocate", amount=usd("-100"), weights=[1, 1, 1])

    assert [part["amount"] for part in made["parts"]] == [Decimal(x) for x in ("-33.34", "-33.33", "-33.33")]
    assert "fractions" in await ops.refused("core.money.allocate", amount=usd("0.005"), weights=[1])
    assert "add up to nothing" in await ops.refused("core.money.allocate", amount=usd("1"), weights=[0])
    assert "$.weights[1]" in await ops.refused("core.money.allocate", amount=usd("1"), weights=[2, -1])


@given(
    units=st.integers(-(10**15), 10**15),
    weights=st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=20).filter(any),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_parts_add_up_and_none_is_a_whole_unit_off(units: int, weights: list[Decimal], currency: str) -> None:
    amount = Money(Decimal(units).scaleb(-minor_digits(currency)), currency)

    parts = allocated(amount, weights)

    step = Fraction(1, 10 ** minor_digits(currency))
    assert sum(part.amount for part in parts) == amount.amount
    for part, weight in zip(parts, weights, strict=True):
        ideal = Fraction(amount.amount) * Fraction(weight) / sum(map(Fraction, weights))
        assert abs(Fraction(part.amount) - ideal) < step
        assert part.amount * amount.amount >= 0
