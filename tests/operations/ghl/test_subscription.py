import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.subscription.list@1", "ghl.subscription.get@1")
async def test_a_subscription_is_listed_and_read_by_highlevels_own_id(ops: Operations) -> None:
    sold = await ops.world.sell(1, outcome="subscribed")

    rows = (await ops.run("ghl.subscription.list"))["rows"]
    one = await ops.run("ghl.subscription.get", subscription_id=rows[0]["id"])

    assert rows[0]["entity_id"] in sold["orders"]
    assert one["subscription_id"] == rows[0]["subscription_id"]
    assert one["subscription_id"] != one["id"]
    assert one["recurring_product"]


async def test_an_unknown_filter_is_refused_with_those_that_are_known(ops: Operations) -> None:
    assert "unknown 'status'; known are" in await ops.refused("ghl.subscription.list", status="active")
