from decimal import Decimal

import pytest

from orderbridge.core.jsonio import JsonObject
from support.operations import Operations

ORDER: JsonObject = {
    "id": "1042",
    "currency": "USD",
    "amount": 508,
    "discount": 10,
    "tax": 15,
    "shipping": 5,
    "coupon_code": "SPRING10",
    "items": [{"name": "Oak table", "unit_price": 249, "quantity": 2}],
}


@pytest.mark.covers("core.order.lines@1")
async def test_the_lines_of_an_order_come_to_its_amount(ops: Operations) -> None:
    found = await ops.run("core.order.lines", order=ORDER)

    assert found["total"] == Decimal(508)
    names = [line["name"] for line in found["lines"]]
    assert names == ["Oak table", "Tax", "Shipping", "Discount (SPRING10)"]
    assert sum(line["price"] * line["quantity"] for line in found["lines"]) == Decimal(508)


async def test_an_order_without_a_currency_is_refused(ops: Operations) -> None:
    order = {name: value for name, value in ORDER.items() if name != "currency"}

    assert "$.order: 'currency' is missing" in await ops.refused("core.order.lines", order=order)
