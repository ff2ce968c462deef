"""Backfills in tests, driven in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from orderbridge.engine.quiet import Quiet
from orderbridge.store import backfills, connections
from orderbridge.store.backfills import Backfill
from orderbridge.sync.backfill import service
from orderbridge.sync.backfill.driver import Driver
from orderbridge.sync.backfill.selection import Selection
from orderbridge.sync.backfill.service import Wanted
from support.patience import PATIENCE_S
from support.world import GHL, World, until


async def wanted(world: World, *, quiet: Quiet = Quiet(), **chosen: Any) -> Wanted:
    """A backfill of the world's location."""
    async with world.db.read() as tx:
        connection = await connections.named(tx, GHL)
    return Wanted(connection=connection, chosen=Selection(**chosen), quiet=quiet)


async def begin(world: World, *, quiet: Quiet = Quiet(), **chosen: Any) -> Backfill:
    """Start one that nobody drives yet."""
    return await service.start(
        world.application.runtime, await wanted(world, quiet=quiet, **chosen), by="a test"
    )


async def present(world: World, begun: Backfill) -> Backfill:
    """How far it is."""
    async with world.db.read() as tx:
        return await backfills.one(tx, begun.id)


@asynccontextmanager
async def driving(
    world: World, begun: Backfill, *, most_open: int = 150
) -> AsyncIterator[asyncio.Task[bool]]:
    """Drive one for the length of the block; whoever works on what it hands over is the caller's affair."""
    driver = Driver(world.application.runtime, begun.id, most_open=most_open)
    task = asyncio.create_task(driver.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def handed_over(world: World, begun: Backfill, count: int) -> None:
    """Wait until it has handed so many records to the workers."""

    async def enough() -> bool:
        return int((await present(world, begun)).counts.get("delivered", 0)) >= count

    await until(enough)


async def see_through(world: World, begun: Backfill) -> Backfill:
    """Drive it and work on it until it has ended."""
    async with world.working(), driving(world, begun) as task:
        await asyncio.wait_for(asyncio.shield(task), PATIENCE_S)
    return await present(world, begun)


async def carry(world: World, *, quiet: Quiet = Quiet(), **chosen: Any) -> Backfill:
    """Carry a selection over from start to end."""
    ended = await see_through(world, await begin(world, quiet=quiet, **chosen))
    assert ended.state == backfills.DONE, (ended.state, ended.reason)
    return ended
