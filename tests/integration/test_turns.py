"""``serve`` polls each connection at its own pace, whatever becomes of the others, and goes on after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random

import pytest

from orderbridge.accounts.pausing import pause, resume
from orderbridge.app import open_application
from orderbridge.automation.enabling import enable
from orderbridge.store import claims
from orderbridge.sync import promises, turns
from orderbridge.sync.turns import Turns
from support.rounds import MovedClock
from support.world import ACT, GHL, TEMPLATE, MakeWorld, World, until


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def world(make_world: MakeWorld, clock: MovedClock) -> AsyncIterator[World]:
    # Both systems are looked at, and each has a pace of its own.
    async with make_world(clock=clock, flows=("contacts-two-way",)) as opened:
        async with opened.db.begin() as tx:
            await promises.change(tx, opened.application.runtime, GHL, {"recent_s": 300})
            await promises.change(tx, opened.application.runtime, ACT, {"recent_s": 900})
        yield opened


async def a_turn(every: Turns) -> float:
    """Let everybody have a round whose time has come, to its end; returns seconds until it may be asked again."""
    async with asyncio.TaskGroup() as group:
        return await every.begin(group)


async def rounds(world: World) -> dict[str, int]:
    """How many calls each side was asked: a round in which something is due makes some."""
    ghl = (await world.ghl_truth("requests"))["requests"]
    act = (await world.act_truth("requests"))["requests"]["by_route"]
    return {
        GHL: sum(sum(n.values()) for route, n in ghl.items() if "_twin" not in route),
        ACT: sum(n for route, n in act.items() if "_twin" not in route),
    }


async def asked_by(world: World, every: Turns) -> set[str]:
    """Take a turn; returns the connections whose lists were read."""
    before = await rounds(world)
    await a_turn(every)
    return {name for name, calls in (await rounds(world)).items() if calls > before[name]}


async def spoil(world: World, name: str) -> None:
    """Let a round of a connection fail in a way that nobody foresaw."""
    await world.rows(
        "UPDATE checkpoints SET cursor = jsonb_set(cursor, '{ages}', '7') WHERE connection_id = $1",
        world.connections[name],
    )


async def mend(world: World, name: str) -> None:
    await world.rows("DELETE FROM checkpoints WHERE connection_id = $1", world.connections[name])


async def test_nothing_is_read_before_a_flow_is_on_so_that_what_was_sold_by_then_is_carried_over(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        await world.sell(2, outcome="paid")
        every = Turns(world.application.runtime)
        assert await asked_by(world, every) == set()
        await enable(world.application.runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)
        assert await asked_by(world, every) == {GHL}
        await world.work_until_idle()
        truth = await world.truth()
        assert truth.agrees, (truth.lost, truth.duplicates)


async def test_each_connection_is_looked_at_when_its_own_time_has_come(
    world: World, clock: MovedClock
) -> None:
    every = Turns(world.application.runtime)
    assert await asked_by(world, every) == {GHL, ACT}
    assert await asked_by(world, every) == set()
    clock.advance(301)
    assert await asked_by(world, every) == {GHL}
    clock.advance(301)
    assert await asked_by(world, every) == {GHL}
    clock.advance(301)
    assert await asked_by(world, every) == {GHL, ACT}


async def test_it_asks_again_when_the_next_one_is_due_and_soon_enough_for_what_is_new(
    world: World, clock: MovedClock
) -> None:
    every = Turns(world.application.runtime)
    await a_turn(every)
    # Nobody is due for minutes, and yet a connection that was made meanwhile is noticed.
    assert await a_turn(every) == 2.0
    # A turn that was missed is made up for once, at once.
    clock.advance(1200)
    assert [await a_turn(every), await a_turn(every)] == [0.01, 2.0]


async def test_a_round_that_fails_stops_nobody_else_and_has_its_turn_again(
    world: World, clock: MovedClock
) -> None:
    every = Turns(world.application.runtime)
    await a_turn(every)
    await spoil(world, GHL)
    clock.advance(901)
    assert await asked_by(world, every) == {ACT}
    await mend(world, GHL)
    clock.advance(301)
    assert await asked_by(world, every) == {GHL}


async def test_one_that_is_under_way_is_not_begun_again_and_holds_nobody_up(
    world: World, clock: MovedClock
) -> None:
    every = Turns(world.application.runtime)
    await a_turn(every)
    before = await rounds(world)

    async def act_was_looked_at() -> bool:
        return (await rounds(world))[ACT] > before[ACT]

    held = [f"poll/{world.connections[GHL]}"]
    async with asyncio.TaskGroup() as group, claims.claim(world.db, held, lease_s=10, rng=Random(1)):
        clock.advance(901)
        await every.begin(group)
        await until(act_was_looked_at)
        # Its next turn comes and goes, and ends, while it still waits.
        clock.advance(901)
        await a_turn(every)
        assert (await rounds(world))[GHL] == before[GHL]
    assert (await rounds(world))[GHL] > before[GHL]


async def test_a_paused_connection_is_left_alone_and_comes_when_it_is_resumed(
    world: World, clock: MovedClock
) -> None:
    every = Turns(world.application.runtime)
    async with world.db.begin() as tx:
        await pause(tx, GHL)
    assert await asked_by(world, every) == {ACT}
    async with world.db.begin() as tx:
        await resume(tx, GHL)
    assert await asked_by(world, every) == {GHL}


async def test_a_restart_goes_on_where_the_last_process_stopped(world: World, clock: MovedClock) -> None:
    await a_turn(Turns(world.application.runtime))
    async with open_application(world.settings, clock=clock) as another:
        every = Turns(another.runtime)
        # It begins with everybody, and nothing is due.
        assert await asked_by(world, every) == set()
        clock.advance(301)
        assert await asked_by(world, every) == {GHL}
        clock.advance(601)
        assert await asked_by(world, every) == {GHL, ACT}


async def test_the_loop_of_serve_goes_on_whatever_fails(world: World, clock: MovedClock) -> None:
    await a_turn(Turns(world.application.runtime))
    await spoil(world, GHL)
    clock.advance(1800)
    before = await rounds(world)
    keeping = asyncio.create_task(turns.keep(world.application.runtime))
    try:

        async def looked_at(name: str, calls: int) -> bool:
            assert not keeping.done(), keeping
            return (await rounds(world))[name] > calls

        await until(lambda: looked_at(ACT, before[ACT]))
        assert (await rounds(world))[GHL] == before[GHL]
        await mend(world, GHL)
        before = await rounds(world)
        clock.advance(1800)
        await until(lambda: looked_at(GHL, before[GHL]))
        await until(lambda: looked_at(ACT, before[ACT]))
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
