import pytest

from support.operations import Operations

CEDAR = {
    "unique_name": "cedar-pay",
    "title": "Cedar Pay",
    "provider": "nmi",
    "description": "Cards",
    "image_url": "https://studio.example/pay.png",
}


@pytest.mark.covers("ghl.whitelabel_provider.create@1", "ghl.whitelabel_provider.list@1")
async def test_a_provider_is_created_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    label = "POST /payments/integrations/provider/whitelabel"
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": label})

    made = await ops.run("ghl.whitelabel_provider.create", **CEDAR)

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.whitelabel_provider.list"))["rows"]
    assert [(row["id"], row["route"]) for row in rows] == [(made["id"], "cedar-pay")]


async def test_another_provider_than_the_two_is_refused(ops: Operations) -> None:
    message = await ops.refused("ghl.whitelabel_provider.create", **(CEDAR | {"provider": "stripe"}))

    assert "$.provider: expected one of authorize-net, nmi" in message
