import pytest

from support.operations import POLL, PUSH_THEN_POLL, Operations

ALL = (
    "ghl.subscription.created",
    "ghl.subscription.status_changed",
    "ghl.subscription.renewed",
    "ghl.subscription.renewal_failed",
)


@pytest.mark.covers(
    "ghl.subscription.created@1",
    "ghl.subscription.changed@1",
    "ghl.subscription.status_changed@1",
    "ghl.subscription.renewed@1",
    "ghl.subscription.renewal_failed@1",
)
@pytest.mark.parametrize("way", [POLL, PUSH_THEN_POLL])
async def test_a_subscription_begins_renews_fails_and_ends_once_each(ops: Operations, way: str) -> None:
    old = (await ops.world.sell(16))["subscriptions"][0]
    async with ops.listening(*ALL, "ghl.subscription.changed") as fired:
        assert (await fired.times()).keys() <= {"ghl.subscription.changed"}
        async with ops.known(way):
            sold = await ops.world.sell(16, webhooks=True)
        count = len(sold["subscriptions"])
        times = await fired.times()
        # A first charge is no renewal.
        assert times[ALL[0]] == count
        assert not {ALL[1], ALL[2], ALL[3]} & times.keys()
        new = sold["subscriptions"][0]
        for subscription in (old, new):
            async with ops.known(way):
                await ops.world.control("ghl", f"subscriptions/{subscription}/renew", {})
            await ops.looked()
        assert (await fired.times())[ALL[2]] == 2
        async with ops.known(way):
            await ops.world.control("ghl", f"subscriptions/{new}/renew", {"status": "failed"})
        async with ops.known(way):
            await ops.looked()
            await ops.world.control("ghl", f"subscriptions/{new}/cancel", {})
        await ops.looked()
        times = await fired.times()
        assert [times[name] for name in ALL] == [count, 2, 2, 1]
