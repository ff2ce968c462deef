import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.transaction.list@1", "ghl.transaction.get@1")
async def test_the_payments_of_an_order_are_found_by_the_order(ops: Operations) -> None:
    order_id = (await ops.world.sell(1, outcome="paid"))["orders"][0]

    rows = (await ops.run("ghl.transaction.list", entity_id=order_id))["rows"]
    one = await ops.run("ghl.transaction.get", transaction_id=rows[0]["id"])

    assert one["entity_id"] == order_id
    assert one["amount"] == rows[0]["amount"]


async def test_a_transaction_that_comes_as_a_list_of_one_is_read_all_the_same(ops: Operations) -> None:
    order_id = (await ops.world.sell(1, outcome="paid"))["orders"][0]
    row = (await ops.run("ghl.transaction.list", entity_id=order_id))["rows"][0]
    await ops.world.faults("ghl", transaction_as_array={"count": 1})

    assert (await ops.run("ghl.transaction.get", transaction_id=row["id"]))["id"] == row["id"]


async def test_a_transaction_that_is_not_there_is_said_to_be_missing(ops: Operations) -> None:
    assert "not found" in await ops.refused("ghl.transaction.get", transaction_id="0" * 24)
