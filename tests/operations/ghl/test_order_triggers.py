from typing import Any

import pytest

from support.operations import POLL_THEN_PUSH, PUSHED, WAYS, Operations

CREATED, MOVED = "ghl.order.created", "ghl.order.status_changed"


async def sell(ops: Operations, count: int = 1) -> Any:
    return await ops.world.sell(count, webhooks=True)


@pytest.mark.covers("ghl.order.created@1", "ghl.order.status_changed@1", "ghl.order.changed@1")
@pytest.mark.parametrize("way", WAYS)
async def test_each_change_of_an_order_fires_once_however_it_becomes_known(ops: Operations, way: str) -> None:
    [old] = (await sell(ops))["orders"]
    async with ops.listening(CREATED, MOVED, "ghl.order.changed") as fired:
        # What was there before is carried over, but it is not new.
        before = (await fired.times()).get("ghl.order.changed", 0)
        async with ops.known(way):
            [order] = (await sell(ops))["orders"]
        assert (await fired.times())[CREATED] == 1
        moved = (await fired.times()).get(MOVED, 0)
        for order_id in (order, old):
            async with ops.known(way):
                await ops.world.control("ghl", f"orders/{order_id}/edit", {"status": "cancelled"})
        async with ops.known(way):
            await ops.world.control("ghl", f"orders/{order}/edit", {"status": "completed"})
        await ops.looked()
        times = await fired.times()
        assert (times[CREATED], times[MOVED]) == (1, moved + 3)
        # Only a webhook splits tax from shipping: one that comes after the poll tells something new.
        more = times["ghl.order.changed"] - (before + 4 + moved)
        assert 0 <= more <= (2 if way == POLL_THEN_PUSH else 0)


@pytest.mark.parametrize("way", PUSHED)
async def test_webhooks_in_the_wrong_order_fire_as_often(ops: Operations, way: str) -> None:
    await ops.world.faults("ghl", webhook_reorder=True)
    async with ops.listening(CREATED) as fired:
        async with ops.known(way):
            sold = await sell(ops, 6)
        await ops.looked()
        assert await fired.times() == {CREATED: len(sold["orders"])}
    await ops.world.faults("ghl", webhook_reorder=False)


@pytest.mark.covers("ghl.order.paid@1")
async def test_an_order_fires_once_when_it_is_paid_and_an_old_one_never(ops: Operations) -> None:
    await ops.world.sell(1, outcome="paid")
    async with ops.listening("ghl.order.paid") as fired:
        await ops.looked()
        assert await fired.times() == {}
        [late] = (await ops.world.sell(1, outcome="placed"))["orders"]
        await ops.world.sell(1, outcome="paid")
        await ops.looked()
        assert await fired.times() == {"ghl.order.paid": 1}
        await ops.world.control("ghl", f"orders/{late}/pay", {"webhooks": False})
        await ops.looked()
        await ops.world.control("ghl", f"orders/{late}/refund", {"amount": 1})
        await ops.looked()
        assert await fired.times() == {"ghl.order.paid": 2}
