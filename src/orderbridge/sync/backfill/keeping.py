"""Going on with backfills that nobody drives, such as one whose command was killed."""

from __future__ import annotations

import asyncio

from orderbridge.core.log import get
from orderbridge.engine.runtime import Runtime
from orderbridge.store import backfills
from orderbridge.sync.backfill.driver import Driver

log = get(__name__)

# One that somebody asked for, or whose driver died, goes on within this time.
_LOOK_S = 2.0


async def keep(runtime: Runtime) -> None:
    """Drive whatever nobody drives; runs until cancelled."""
    driven: dict[str, asyncio.Task[bool]] = {}
    try:
        while True:
            try:
                async with runtime.db.read() as tx:
                    waiting = await backfills.undriven(tx)
                driven = {key: task for key, task in driven.items() if not task.done()}
                for backfill_id in waiting:
                    if backfill_id not in driven:
                        driver = Driver(runtime, backfill_id)
                        driven[backfill_id] = asyncio.create_task(driver.run(), name="backfill")
            except Exception:
                log.exception("backfills could not be looked for")
            await asyncio.sleep(_LOOK_S)
    finally:
        for task in driven.values():
            task.cancel()
        await asyncio.gather(*driven.values(), return_exceptions=True)
