"""One door for every source: stored durably, once, before the sender hears yes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from orderbridge.engine import faults
from orderbridge.engine.queue import announce
from orderbridge.store import inbox as stored
from orderbridge.store.database import Database, Tx
from orderbridge.store.inbox import NewDelivery


class Inbox:
    """Accepts deliveries; many that arrive together share one commit.

    While one commit is under way the next deliveries gather, so the group grows with the load and a
    single delivery never waits for company.
    """

    def __init__(self, db: Database, *, group_max: int = 200) -> None:
        self._db = db
        self._group_max = group_max
        self._waiting: list[tuple[NewDelivery, asyncio.Future[bool]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def accept(self, delivery: NewDelivery) -> bool:
        """Store a delivery; when this returns, it is on disk.

        Returns:
            True when it was new, False when the same delivery was here before.
        """
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((delivery, future))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        while self._waiting:
            group = self._waiting[: self._group_max]
            del self._waiting[: self._group_max]
            try:
                async with self._db.begin() as tx:
                    new = await accept_all(tx, [delivery for delivery, _ in group])
            except Exception as error:
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)
                continue
            faults.reach("inbox.stored")
            for delivery, future in group:
                if not future.done():
                    future.set_result((delivery.connection_id, delivery.delivery_id) in new)


async def accept_all(tx: Tx, deliveries: Sequence[NewDelivery]) -> frozenset[tuple[str, str]]:
    """Store deliveries in the caller's transaction, with what wakes the workers.

    Returns:
        (connection id, delivery id) of those that were new.
    """
    result = await stored.store(tx, deliveries)
    await announce(tx, result.woken)
    return result.new_ids
