import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.order.get@1")
async def test_an_order_is_read_with_its_items_and_exact_amount(ops: Operations) -> None:
    [sold] = (await ops.world.sell(1))["orders"]

    order = await ops.run("ghl.order.get", order_id=sold)

    assert order["id"] == sold
    assert order["items"][0]["price"]["amount"] is not None
