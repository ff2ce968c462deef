"""The thin path, end to end: what HighLevel sold stands in Act!, once and to the cent."""

from __future__ import annotations

from support.world import World


async def test_what_is_polled_is_carried_over_once_and_to_the_cent(world: World) -> None:
    sold = await world.sell(5)
    await world.poll()
    await world.work_until_idle()
    truth = await world.truth()
    assert truth.orders == len(sold["orders"]) == 5
    assert (truth.lost, truth.duplicates) == ([], [])
    assert truth.totals["ghl"] == truth.totals["act"]


async def test_webhooks_carry_over_what_they_tell_and_a_poll_finds_the_rest(world: World) -> None:
    async with world.hooks():
        await world.sell(5, webhooks=True)
    await world.work_until_idle()
    await world.poll()
    await world.work_until_idle()
    truth = await world.truth()
    assert (truth.lost, truth.duplicates) == ([], [])
    assert truth.totals["ghl"] == truth.totals["act"]
