"""Driving a backfill: page after page, never more open than the workers soon have done, until nothing is left.

Whoever drives holds a lease, and each page is kept in one transaction with the place where the next one begins. A
process that dies in between leaves nothing behind but its lease; the next one goes on at the same place.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from orderbridge.core.errors import (
    OrderBridgeError,
    RateLimitedError,
    ReconnectError,
    TransientError,
)
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.engine import faults
from orderbridge.engine.runtime import Runtime
from orderbridge.store import backfill_records, backfills, connections
from orderbridge.store.backfills import Backfill, NotDrivingError
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.events import NOBODY_LISTENS
from orderbridge.sync.backfill.batches import Batch, phases
from orderbridge.sync.backfill.lists import PAGE_ROWS, Lists, Place
from orderbridge.sync.backfill.selection import ORDERS, SUBSCRIPTIONS, TRANSACTIONS, Selection

log = get(__name__)

LEASE_S = 10.0
# The next page is read when so few records are open: memory and the queue stay flat however long the history is.
MOST_OPEN = 150
_LOOK_S = 0.2
_LONGEST_WAIT_S = 5.0
OnProgress = Callable[[Backfill, int], Awaitable[None]]


async def _say_nothing(_backfill: Backfill, _open: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Driver:
    """One process's work on one backfill.

    Attributes:
        on_progress: Told how far it is, with how many records are open.
        most_open: The mark.
    """

    runtime: Runtime
    backfill_id: str
    on_progress: OnProgress = _say_nothing
    most_open: int = MOST_OPEN
    owner: str = field(default_factory=random_id)

    async def run(self) -> bool:
        """Go on with the backfill until it has ended or is stopped.

        Returns:
            False where another process drives it, or it does not run.
        """
        found = await self._hold()
        if found is None:
            return False
        async with self.runtime.db.read() as tx:
            connection = await connections.by_id(tx, found.connection_id)
        keeping = asyncio.create_task(self._keep(), name="keep the backfill")
        try:
            while await self._go_on(connection):
                pass
        except NotDrivingError as error:
            log.info("a backfill is not ours any more", backfill=self.backfill_id, reason=str(error))
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        return True

    async def _go_on(self, connection: Connection) -> bool:
        """Do the next piece; False when nothing is left."""
        try:
            return await self._next(connection)
        except NotDrivingError:
            raise
        except (TransientError, ReconnectError) as error:
            if isinstance(error, ReconnectError):
                await self.runtime.broke(connection.id, error)
            await self._explain(str(error))
            wait_s = error.retry_after_s if isinstance(error, RateLimitedError) else _LONGEST_WAIT_S
            # Looked at again soon whatever was said: a person may reconnect, resume or stop it.
            await self._wait(min(wait_s, _LONGEST_WAIT_S))
        except OrderBridgeError as error:
            log.warning("a backfill needs a person", backfill=self.backfill_id, reason=str(error))
            async with self.runtime.db.begin() as tx:
                await backfills.stop(tx, self.backfill_id, state=backfills.PAUSED, reason=str(error))
            return False
        return True

    async def _next(self, connection: Connection) -> bool:
        found = await self._held()
        chosen = Selection.from_json(found.selection)
        every = phases(chosen)
        number = int(found.position.get("phase", 0))
        if number >= len(every):
            return await self._settle(found)
        if not await self._room(found):
            return True
        assert found.started_at is not None
        batch = Batch(found, chosen, found.started_at)
        lists = Lists(
            runtime=self.runtime,
            connection=connection,
            chosen=chosen,
            last_day=chosen.last_day(found.started_at),
        )
        await self._piece(every[number], number, batch, lists)
        return True

    async def _piece(self, phase: str, number: int, batch: Batch, lists: Lists) -> None:
        """Read the next page of a phase, and keep what comes of it with the place where the next one begins."""
        place: JsonObject = batch.backfill.position.get("place", {})
        if phase == "unheard":
            await self._unheard(number, place, batch)
        elif phase == "ids":
            await self._ids(number, place, batch)
        elif phase == "left":
            await self._left(number, batch)
        else:
            await self._listed(phase, number, place, batch, lists)

    async def _listed(self, phase: str, number: int, place: JsonObject, batch: Batch, lists: Lists) -> None:
        again, _, kind = phase.rpartition("/")
        turned = await lists.turn(kind, Place.from_json(place))
        faults.reach("backfill.read")
        batch.counts["pages"] += 1
        if turned.total is not None and not again:
            # Set, not added: the list says it anew with every page.
            batch.counts[f"total_{kind}"] = turned.total - batch.backfill.counts.get(f"total_{kind}", 0)

        async def work(tx: Tx) -> None:
            if again:
                await batch.moved(tx, kind, turned.rows)
            elif kind == TRANSACTIONS:
                await batch.payments(tx, turned.rows)
            elif kind == ORDERS:
                await batch.orders(tx, turned.rows)
            elif kind == SUBSCRIPTIONS:
                await batch.subscriptions(tx, turned.rows)
            else:
                await batch.records(tx, kind, turned.rows)

        await self._keep_with(batch, number, turned.after.as_json() if turned.after else None, work)

    async def _unheard(self, number: int, place: JsonObject, batch: Batch) -> None:
        async with self.runtime.db.read() as tx:
            rows = await backfill_records.unheard(
                tx,
                batch.backfill.connection_id,
                after=place.get("seq", 0),
                limit=PAGE_ROWS,
                nobody=NOBODY_LISTENS,
            )

        async def work(tx: Tx) -> None:
            await batch.unheard(tx, rows)

        await self._keep_with(batch, number, {"seq": rows[-1]["seq"]} if rows else None, work)

    async def _ids(self, number: int, place: JsonObject, batch: Batch) -> None:
        done = place.get("done", 0)
        some = batch.chosen.ids[done : done + PAGE_ROWS]

        async def work(tx: Tx) -> None:
            await batch.ids(tx, batch.chosen.kinds[0], some)

        more = done + len(some) < len(batch.chosen.ids)
        await self._keep_with(batch, number, {"done": done + len(some)} if more else None, work)

    async def _left(self, number: int, batch: Batch) -> None:
        async with self.runtime.db.begin() as tx:
            rows = await backfill_records.take_left(tx, self.backfill_id, limit=PAGE_ROWS)
            await batch.left(tx, rows)
            await self._save(tx, batch, number, {} if len(rows) == PAGE_ROWS else None)
        faults.reach("backfill.kept")

    async def _keep_with(
        self, batch: Batch, number: int, after: JsonObject | None, work: Callable[[Tx], Awaitable[None]]
    ) -> None:
        async with self.runtime.db.begin() as tx:
            await work(tx)
            await self._save(tx, batch, number, after)
        faults.reach("backfill.kept")

    async def _save(self, tx: Tx, batch: Batch, number: int, after: JsonObject | None) -> None:
        position = {"phase": number + 1} if after is None else {"phase": number, "place": after}
        await backfills.save(
            tx,
            self.backfill_id,
            driver=self.owner,
            position=position,
            counts=_sum(batch.backfill.counts, batch.counts),
        )

    async def _settle(self, found: Backfill) -> bool:
        """Wait until the workers have done what they were handed; then the backfill has ended."""
        open_ = await self._open(found)
        if open_:
            await self._explain_open(found)
            await self._wait(_LOOK_S)
            return True
        async with self.runtime.db.begin() as tx:
            await backfill_records.forget_staged(tx, self.backfill_id)
            await backfills.save(
                tx,
                self.backfill_id,
                driver=self.owner,
                position=found.position,
                counts=found.counts,
                ended=True,
            )
        async with self.runtime.db.read() as tx:
            await self.on_progress(await backfills.one(tx, self.backfill_id), 0)
        return False

    async def _room(self, found: Backfill) -> bool:
        """Whether the next page may be read; else wait a moment."""
        if await self._open(found) <= self.most_open:
            return True
        await self._explain_open(found)
        await self._wait(_LOOK_S)
        return False

    async def _open(self, found: Backfill) -> int:
        async with self.runtime.db.read() as tx:
            count = await backfill_records.open_lanes(tx, found.connection_id)
        await self.on_progress(found, count)
        return count

    async def _explain_open(self, found: Backfill) -> None:
        async with self.runtime.db.read() as tx:
            reason = await backfill_records.held_up(tx, found.connection_id)
            if reason != found.reason:
                await backfills.explain(tx, self.backfill_id, driver=self.owner, reason=reason)

    async def _explain(self, reason: str) -> None:
        async with self.runtime.db.read() as tx:
            await backfills.explain(tx, self.backfill_id, driver=self.owner, reason=reason)
            found = await backfills.one(tx, self.backfill_id)
        await self.on_progress(found, -1)

    # The lease

    async def _hold(self) -> Backfill | None:
        async with self.runtime.db.begin() as tx:
            return await backfills.drive(tx, self.backfill_id, driver=self.owner, lease_s=LEASE_S)

    async def _held(self) -> Backfill:
        found = await self._hold()
        if found is None:
            raise NotDrivingError(
                f"backfill {self.backfill_id[:12]} was stopped, or another process goes on with it",
                cause="backfill.not_driving",
            )
        return found

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(LEASE_S / 4)
            try:
                await self._hold()
            except Exception:
                # The database may be restarting; the next round renews in time, or the lease runs out.
                log.exception("the lease of a backfill could not be renewed")

    @staticmethod
    async def _wait(seconds: float) -> None:
        await asyncio.sleep(seconds)


def _sum(before: JsonObject, more: Counter[str]) -> JsonObject:
    return {name: before.get(name, 0) + more.get(name, 0) for name in sorted({*before, *more})}
