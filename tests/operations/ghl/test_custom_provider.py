import pytest

from support.operations import Operations

CEDAR = {
    "name": "Cedar Pay",
    "description": "Cards",
    "payments_url": "https://pay.studio.example/pay",
    "query_url": "https://pay.studio.example/query",
    "image_url": "https://pay.studio.example/logo.png",
    "supports_subscription_schedule": False,
}
KEYS = {
    mode: {"api_key": f"{mode}-key-never-kept", "publishable_key": f"{mode}-public"}
    for mode in ("live", "test")
}


@pytest.mark.covers("ghl.custom_provider.register@1", "ghl.custom_provider.get@1")
async def test_a_provider_is_registered_and_the_same_again_sends_nothing(ops: Operations) -> None:
    made = await ops.run("ghl.custom_provider.register", **CEDAR)

    assert made["verdict"] == "confirmed"
    assert (await ops.run("ghl.custom_provider.get"))["query_url"] == CEDAR["query_url"]
    assert (await ops.run("ghl.custom_provider.register", **CEDAR))["verdict"] == "unchanged"
    changed = await ops.run("ghl.custom_provider.register", **(CEDAR | {"description": "Cards, vouchers"}))
    assert changed["verdict"] == "confirmed"


@pytest.mark.covers("ghl.custom_provider.set_config@1", "ghl.custom_provider.disconnect@1")
async def test_keys_are_handed_over_taken_away_and_kept_nowhere(ops: Operations) -> None:
    await ops.run("ghl.custom_provider.register", **CEDAR)

    assert (await ops.run("ghl.custom_provider.set_config", **KEYS))["verdict"] == "confirmed"
    gone = await ops.run("ghl.custom_provider.disconnect", live_mode=False)

    assert gone["verdict"] == "confirmed"
    assert set((await ops.run("ghl.custom_provider.get"))["payment_provider"]) == {"live"}
    for table in ("steps", "intents", "receipts"):
        kept = await ops.world.rows(f"SELECT t::text AS row FROM {table} t")
        assert not [row for row in kept if "never-kept" in row["row"]]


@pytest.mark.covers("ghl.custom_provider.set_capabilities@1")
async def test_what_it_can_do_is_sent_once_for_each_call(ops: Operations) -> None:
    await ops.run("ghl.custom_provider.register", **CEDAR)

    given = {"call_id": "can", "supports_subscription_schedules": True}
    assert await ops.run("ghl.custom_provider.set_capabilities", **given) == {"accepted": True}
    assert await ops.run("ghl.custom_provider.set_capabilities", **given) == {"accepted": True}

    requests = (await ops.world.ghl_truth("requests"))["requests"]
    assert requests["PUT /payments/custom-provider/capabilities"] == {"200": 1}


@pytest.mark.covers("ghl.custom_provider.delete@1")
async def test_a_deleted_provider_is_gone_and_deleting_again_sends_nothing(ops: Operations) -> None:
    await ops.run("ghl.custom_provider.register", **CEDAR)

    assert (await ops.run("ghl.custom_provider.delete"))["verdict"] == "confirmed"
    assert (await ops.run("ghl.custom_provider.delete"))["verdict"] == "unchanged"
    assert "not found" in await ops.refused("ghl.custom_provider.get")


async def test_keys_of_one_mode_only_are_refused(ops: Operations) -> None:
    message = await ops.refused("ghl.custom_provider.set_config", live=KEYS["live"])

    assert "'test' is missing" in message
    assert "never-kept" not in message
