"""Claims: one holder at a time, for as long as it lives and not much longer."""

from __future__ import annotations

import asyncio
from datetime import datetime
from random import Random

import pytest

from orderbridge.store import claims
from support.patience import PATIENCE_S
from support.world import World, until


async def test_a_claim_is_held_for_as_long_as_its_block_lasts_however_short_the_lease(world: World) -> None:
    async def ends_at() -> datetime:
        [row] = await world.rows("SELECT expires_at FROM claims")
        return row["expires_at"]

    # Long enough that a machine with much else to do renews it in time.
    async with claims.claim(world.db, ["a"], lease_s=4, rng=Random(1)):
        first = await ends_at()

        async def renewed() -> bool:
            return await ends_at() > first

        await until(renewed)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), claims.claim(world.db, ["a"], lease_s=4, rng=Random(2)):
                pytest.fail("two hold the same name")
    async with asyncio.timeout(PATIENCE_S), claims.claim(world.db, ["a"], lease_s=4, rng=Random(2)):
        pass


async def test_a_crashed_holder_keeps_nobody_waiting_for_long(world: World) -> None:
    # What a killed process leaves behind: a row that nobody renews.
    for lease_s in (600.0, 1.0):
        await world.db.pool.execute("DELETE FROM claims")
        dead = claims.claim(world.db, ["poll/x"], lease_s=lease_s, rng=Random(1))
        await dead.__aenter__()
        [row] = await world.rows("SELECT extract(epoch FROM expires_at - now()) AS left_s FROM claims")
        assert row["left_s"] <= 10
        await dead.__aexit__(None, None, None)


async def test_what_two_claim_together_is_held_by_one_at_a_time(world: World) -> None:
    inside = 0

    async def hold(names: list[str], seed: int) -> None:
        nonlocal inside
        for _ in range(5):
            async with claims.claim(world.db, names, lease_s=5, rng=Random(seed)):
                inside += 1
                assert inside == 1
                await asyncio.sleep(0)
                inside -= 1

    await asyncio.gather(hold(["a", "b"], 1), hold(["b", "a"], 2), hold(["b"], 3), return_exceptions=False)
