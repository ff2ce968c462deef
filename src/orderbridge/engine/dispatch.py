"""The worker process's loop: the queue wakes it, a sweep finds what a crash left behind."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from orderbridge.core.ids import random_id
from orderbridge.core.log import get
from orderbridge.engine.digests import DigestSender
from orderbridge.engine.queue import LANE, announce
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.worker import LaneWorker
from orderbridge.store import exchanges, lanes, queue_tables, runs

if TYPE_CHECKING:
    from pgqueuer import PgQueuer
    from pgqueuer.models import Job

log = get(__name__)

_BATCH = 8
# The database needs a moment to come back; nothing is lost meanwhile.
_REOPEN_S = 0.5
_TIDY_INTERVAL_S, _KEEP_JOBS_S = 600.0, 24 * 3600.0


class Dispatcher:
    """Runs lanes until it is stopped."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        concurrency: int,
        heartbeat_s: float,
        sweep_interval_s: float,
        rng: Random,
        retry_scale: float = 1.0,
    ) -> None:
        self._runtime = runtime
        self._concurrency = max(concurrency, 2 * _BATCH)
        self._heartbeat_s = heartbeat_s
        self._sweep_interval_s = sweep_interval_s
        self._worker = LaneWorker(runtime, owner=random_id(), rng=rng, retry_scale=retry_scale)
        self._digests = DigestSender(runtime)
        self._stopping = False
        self._queue = self._opened()

    def _opened(self) -> PgQueuer:
        # Here and not above: commands that do no work should not wait for the library to load.
        from pgqueuer import PgQueuer

        queue = PgQueuer.from_asyncpg_pool(self._runtime.db.pool)
        queue.entrypoint(LANE)(self._lane)
        return queue

    async def _lane(self, job: Job) -> None:
        if job.payload:
            await self._worker.process(job.payload.decode())

    async def run(self) -> None:
        """Work until ``stop`` is called."""
        keeping = [
            asyncio.create_task(self._worker.keep_leases(), name="keep leases"),
            asyncio.create_task(self._sweeping(), name="sweep"),
            asyncio.create_task(self._telling(), name="grouped messages"),
        ]
        try:
            await self._working()
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)

    async def _working(self) -> None:
        while not self._stopping:
            try:
                await self._queue.qm.run(
                    dequeue_timeout=timedelta(seconds=self._sweep_interval_s),
                    batch_size=_BATCH,
                    max_concurrent_tasks=self._concurrency,
                    heartbeat_timeout=timedelta(seconds=max(self._heartbeat_s, 1.0)),
                    log_aggregation_interval=timedelta(seconds=60),
                )
            except Exception as error:
                log.warning("the queue lost its database and is opened anew", reason=f"{error!r}")
            if not self._stopping:
                await asyncio.sleep(_REOPEN_S)
                self._queue = self._opened()

    def stop(self) -> None:
        """Finish the lanes in work and return from ``run``."""
        self._stopping = True
        self._queue.shutdown.set()

    async def sweep_once(self) -> int:
        """Announce lanes that are queued, due, and held by nobody, and those whose runs waited long enough.

        Returns:
            How many lanes were announced.
        """
        async with self._runtime.db.begin() as tx:
            woken = await lanes.wake(tx, await runs.due(tx, now=self._runtime.clock.now()))
            await announce(tx, woken)
            found = await lanes.stranded(tx, grace_s=self._sweep_interval_s)
            await announce(tx, found, once=True)
        return len(woken) + len(found)

    async def _sweeping(self) -> None:
        tidy_at_s = 0.0
        while True:
            await asyncio.sleep(self._sweep_interval_s)
            try:
                await self.sweep_once()
                if self._runtime.clock.monotonic_s() >= tidy_at_s:
                    tidy_at_s = self._runtime.clock.monotonic_s() + _TIDY_INTERVAL_S
                    async with self._runtime.db.read() as tx:
                        await queue_tables.forget_finished(tx, older_than_s=_KEEP_JOBS_S)
                        await exchanges.forget(tx, older_than_days=self._runtime.http_kept_days)
            except Exception:
                # The database may be restarting; the next round tells.
                log.exception("the sweep failed")

    async def _telling(self) -> None:
        # Apart from the sweep: a service that takes half a minute to answer must not hold it up.
        while True:
            await asyncio.sleep(self._sweep_interval_s)
            try:
                await self._digests.send_due()
            except Exception:
                log.exception("grouped messages could not be sent")
