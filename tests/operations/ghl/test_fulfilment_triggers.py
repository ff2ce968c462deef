import pytest

from support.operations import POLL, PUSH_THEN_POLL, Operations


@pytest.mark.covers("ghl.fulfilment.created@1", "ghl.fulfilment.changed@1")
@pytest.mark.parametrize("way", [POLL, PUSH_THEN_POLL])
async def test_goods_that_are_handed_over_fire_once(ops: Operations, way: str) -> None:
    await ops.world.sell(6)
    async with ops.listening("ghl.fulfilment.created", "ghl.fulfilment.changed") as fired:
        before = (await fired.times()).get("ghl.fulfilment.changed", 0)
        async with ops.known(way):
            sold = await ops.world.sell(6, webhooks=True)
        await ops.looked()
        count = len(sold["fulfilments"])
        assert count
        assert await fired.times() == {
            "ghl.fulfilment.created": count,
            "ghl.fulfilment.changed": before + count,
        }
