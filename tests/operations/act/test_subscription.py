import pytest

from orderbridge.core.jsonio import JsonObject
from support.deals import a_deal
from support.operations import Operations

MONTHLY: JsonObject = {
    "amount": 29.5,
    "currency": "USD",
    "status": "active",
    "plan": "Care plan",
    "interval_type": "monthly",
    "interval": 1,
    "started_at": "2024-01-31T09:00:00Z",
}


@pytest.mark.covers("act.subscription.record@1")
async def test_a_subscription_is_one_record_which_loses_its_next_billing_when_it_ends(
    ops: Operations,
) -> None:
    deal = await a_deal(ops)
    subscription = MONTHLY | {"subscription_id": "sub1", "order_id": deal.order_id} | deal.ids

    made = await ops.run("act.subscription.record", **subscription)
    ended = await ops.run("act.subscription.record", **(subscription | {"status": "canceled"}))

    assert made["verdict"] == ended["verdict"] == "confirmed"
    assert made["id"] == ended["id"]
    assert made["next_billing"] is not None
    assert ended["next_billing"] is None
    tables = (await ops.world.act_truth("custom_tables"))["custom_tables"]
    (there,) = [row for row in tables["Subscriptions"]["records"] if "ref=sub1" in row["details"]]
    assert "status=canceled" in there["details"]


async def test_an_interval_that_is_no_whole_number_is_refused(ops: Operations) -> None:
    given = MONTHLY | {"subscription_id": "s", "order_id": "o", "contact_id": "c", "opportunity_id": "o"}

    message = await ops.refused("act.subscription.record", **(given | {"interval": "1"}))

    assert "$.interval: expected integer or null" in message
