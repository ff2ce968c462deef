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


@pytest.mark.covers("ghl.subscription.of_charge@1")
async def test_the_subscription_of_a_charge_is_found_by_the_providers_id(ops: Operations) -> None:
    sold = await ops.world.sell(1, outcome="subscribed")
    [order_id], [subscription_id] = sold["orders"], sold["subscriptions"]
    own = await ops.run("ghl.subscription.get", subscription_id=subscription_id)
    given = {"order_id": order_id, "subscription_id": own["subscription_id"]}

    found = await ops.run("ghl.subscription.of_charge", **given)

    assert found["id"] == subscription_id
    assert found["interval_type"] in ("daily", "weekly", "monthly", "yearly")
    refused = await ops.refused("ghl.subscription.of_charge", **(given | {"subscription_id": "sub_none"}))
    assert f"no subscription sub_none of order {order_id}" in refused
