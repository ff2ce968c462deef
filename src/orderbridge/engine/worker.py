"""Workers: take a lane, handle what waits in it strictly in order, close it, look again."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from orderbridge.catalogue import money_lines
from orderbridge.catalogue.changes import Observed
from orderbridge.catalogue.ghl.order_bundle import EVENT_TYPES, ORDER
from orderbridge.catalogue.reading import missing_type
from orderbridge.connectors.registry import title
from orderbridge.core.errors import (
    BadRecordError,
    HeldError,
    NotFoundError,
    OrderBridgeError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    SetupError,
    TransientError,
)
from orderbridge.core.log import get
from orderbridge.engine import echo, faults
from orderbridge.engine.health import ConnectionPausedError
from orderbridge.engine.interpreter import Interpreter
from orderbridge.engine.queue import announce
from orderbridge.engine.reading import backfilled, read
from orderbridge.engine.runtime import Runtime
from orderbridge.store import arrivals, events, flows, health, inbox, lanes, ledger, runs, switches
from orderbridge.store.database import Tx
from orderbridge.store.events import Event
from orderbridge.store.inbox import Delivery
from orderbridge.store.lanes import Lane, LaneLostError
from orderbridge.store.switches import WRITES_PAUSED, WritesPausedError

log = get(__name__)

# A webhook can be faster than the provider's own reading side.
_MISSING_ATTEMPTS = 4
_UNEXPECTED_ATTEMPTS = 6
_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.5, 300.0
_RECONNECT_DELAY_S = 60.0
# The resume wakes it; this is for the case that nobody else does.
_PAUSED_DELAY_S = 300.0
_INTERNAL = "internal"


@dataclass(slots=True)
class _Held:
    lane: Lane
    deadline_s: float
    task: asyncio.Task[None] | None


class LaneWorker:
    """Handles lanes; many at once, each by one worker only."""

    def __init__(self, runtime: Runtime, *, owner: str, rng: Random, retry_scale: float = 1.0) -> None:
        self._runtime, self._db, self._owner, self._rng = runtime, runtime.db, owner, rng
        self._retry_scale = retry_scale
        self._interpreter = Interpreter(runtime)
        self._held: dict[str, _Held] = {}
        self._unexpected: dict[str, int] = {}

    async def process(self, key: str) -> None:
        """Handle a lane until nothing waits in it; somebody else's lane is left alone."""
        started_s = self._runtime.clock.monotonic_s()
        async with self._db.begin() as tx:
            lane = await lanes.take(tx, key, owner=self._owner, lease_s=self._runtime.lease_s)
        if lane is None:
            return
        held = _Held(lane, started_s + self._runtime.lease_s, asyncio.current_task())
        self._held[key] = held
        faults.reach("lane.taken")
        try:
            await self._until_empty(held)
            self._unexpected.pop(key, None)
        except LaneLostError as error:
            log.warning("a lane was lost to another worker", lane=key, reason=str(error))
        except asyncio.CancelledError:
            if self._runtime.clock.monotonic_s() < held.deadline_s:
                raise
            log.warning("a lane's lease ran out while it was handled", lane=key)
        except (ConnectionPausedError, WritesPausedError) as error:
            await self._park(lane, error)
        except (ReconnectError, SetupError) as error:
            # Also a master key that this process does not have: a person brings it.
            await self._postpone(lane, _RECONNECT_DELAY_S, str(error))
        except RateLimitedError as error:
            await self._postpone(lane, error.retry_after_s, str(error))
        except TransientError as error:
            await self._postpone(lane, self._delay_s(lane.attempts), str(error))
        except Exception as error:
            log.exception("a lane met something unexpected", lane=key)
            # Counted apart: a lane that had to wait for Act! for hours has no less patience with our own faults.
            self._unexpected[key] = self._unexpected.get(key, 0) + 1
            if self._unexpected[key] >= _UNEXPECTED_ATTEMPTS:
                await self._give_up(lane, f"unexpected {type(error).__name__}: see the log of this server")
            else:
                await self._postpone(lane, self._delay_s(lane.attempts), f"unexpected {type(error).__name__}")
        finally:
            self._held.pop(key, None)

    async def keep_leases(self) -> None:
        """Renew the leases of all lanes in work; runs until cancelled."""
        while True:
            await asyncio.sleep(self._runtime.lease_s / 4)
            try:
                await self.renew_once()
            except Exception:
                # The database may be restarting; a lease that runs out meanwhile is noticed before anything is sent.
                log.exception("leases could not be renewed")

    async def renew_once(self) -> None:
        """Renew every lease once, and stop work on lanes that were lost."""
        held = list(self._held.values())
        if not held:
            return
        asked_s = self._runtime.clock.monotonic_s()
        async with self._db.begin() as tx:
            kept = await lanes.renew(tx, [item.lane for item in held], lease_s=self._runtime.lease_s)
        for item in held:
            if item.lane.key in kept:
                item.deadline_s = asked_s + self._runtime.lease_s
            elif self._held.get(item.lane.key) is item and item.task is not None:
                item.deadline_s = 0.0
                item.task.cancel()

    async def _until_empty(self, held: _Held) -> None:
        lane = held.lane

        # What is sent now must have arrived over there before the next holder may look for it.
        margin_s = min(self._runtime.settle_s, self._runtime.lease_s / 2)

        def still_ours() -> None:
            # Our own clock, without asking anybody: a frozen process wakes up with it moved on.
            if self._runtime.clock.monotonic_s() >= held.deadline_s - margin_s:
                raise LaneLostError(f"the lease of lane {lane.key} ran out", cause="lane.lost")

        while True:
            async with self._db.read() as tx:
                waiting = await inbox.pending(tx, lane.key)
            if waiting:
                await self._observe(lane, waiting)
            async with self._db.read() as tx:
                to_do = await events.open_in_lane(tx, lane.key)
            for event in to_do:
                still_ours()
                await self._handle(lane, event, still_ours)
            faults.reach("lane.closing")
            async with self._db.begin() as tx:
                if await lanes.close(tx, lane):
                    return

    async def _handle(self, lane: Lane, event: Event, still_ours: object) -> None:
        try:
            await self._interpreter.handle(lane, event, still_ours)
        except ReconnectError as error:
            async with self._db.read() as tx:
                await events.settle(tx, lane, event.id, outcome="waiting", reason=str(error))
            await self._runtime.broke(await self._blamed(event, error), error)
            raise
        except (ConnectionPausedError, WritesPausedError) as error:
            async with self._db.read() as tx:
                await events.settle(tx, lane, event.id, outcome="waiting", reason=str(error))
            raise
        except TransientError as error:
            await self._runtime.failed(await self._blamed(event, error), error)
            raise

    async def _blamed(self, event: Event, error: OrderBridgeError) -> str:
        """Return the connection that an error of a run is about: a run can use both sides."""
        async with self._db.begin() as tx:
            listening = await flows.enabled_for(tx, event.connection_id)
        target = listening[0].target_connection if listening else event.connection_id
        for connection_id in (target, event.connection_id):
            connection = await self._runtime.connection(connection_id)
            # Every message begins with whom it is about.
            about = (title(connection.system), f"the secret of connection {connection.name!r}")
            if str(error).startswith(about):
                return connection_id
        return target

    async def _hand_over(self, lane: Lane, waiting: list[Delivery]) -> None:
        """Let the lane's own handler settle its deliveries, one after the other."""
        for item in waiting:
            cause = None
            try:
                outcome, reason = await self._runtime.lane_handlers[lane.kind](lane, item)
            except (RejectedError, HeldError, SetupError) as error:
                outcome, reason, cause = inbox.DEAD, str(error), error.cause
            except ReconnectError as error:
                await self._settle(lane, [item.id], inbox.WAITING, str(error))
                raise
            await self._settle(lane, [item.id], outcome, reason, cause)

    async def _observe(self, lane: Lane, waiting: list[Delivery]) -> None:
        if lane.kind in self._runtime.lane_handlers:
            await self._hand_over(lane, waiting)
            return
        ids = [item.id for item in waiting]
        read_at = await self._now()
        try:
            observed = await read(self._runtime, lane, waiting)
        except NotFoundError as error:
            if backfilled(waiting):
                # An id that somebody gave, or a record that was deleted meanwhile: the backfill tells of it.
                await self._settle(lane, ids, inbox.NOTHING, str(error))
                return
            if lane.attempts < _MISSING_ATTEMPTS:
                raise TransientError(
                    f"{error}; it may not be readable yet", cause="read.not_found_yet"
                ) from error
            # An order that cannot be found is money; a note that was deleted meanwhile needs nobody.
            outcome = inbox.DEAD if lane.kind == ORDER else inbox.NOTHING
            await self._settle(lane, ids, outcome, str(error), error.cause)
            return
        except (RejectedError, HeldError) as error:
            await self._settle(lane, ids, inbox.DEAD, str(error), error.cause)
            return
        except ReconnectError as error:
            await self._settle(lane, ids, inbox.WAITING, str(error))
            await self._runtime.broke(lane.connection_id, error)
            raise
        except ConnectionPausedError as error:
            await self._settle(lane, ids, inbox.WAITING, str(error))
            raise
        except TransientError as error:
            await self._runtime.failed(lane.connection_id, error)
            raise
        faults.reach("lane.read")
        # A record that a backfill and a webhook brought at the same time is live.
        first = next((item for item in waiting if item.backfill_id is None), waiting[0])
        others = [name for name in dict.fromkeys(item.source for item in waiting) if name != first.source]
        changed = 0
        moved: set[tuple[str, str]] = set()
        async with self._db.begin() as tx:
            await lanes.assert_held(tx, lane)
            own = await echo.written_to(tx, lane.connection_id, observed)
            if echo.too_early(own, read_at):
                # We wrote to it while it was read: looked at again, it shows what it is.
                return
            for item in observed:
                ours = own.get((item.kind, item.record_id))
                if ours is not None and ours.unseen:
                    await echo.accept_ours(tx, lane, await self._system(lane), item, ours)
                event_id = await events.accept(
                    tx,
                    lane.connection_id,
                    lane.key,
                    first.source,
                    item,
                    others=others,
                    backfill_id=first.backfill_id,
                )
                if event_id is not None:
                    changed += 1
                    moved.add((item.kind, item.record_id))
                    await self._enter(tx, lane, item)
                    if ours is not None:
                        await echo.theirs(tx, lane.connection_id, event_id)
            await arrivals.again(tx, lane.connection_id, _repeated(waiting, moved))
            await inbox.supersede_dead(tx, lane.key)
            if changed:
                await inbox.settle(
                    tx, ids, outcome=inbox.DONE, reason=f"{changed} {'change' if changed == 1 else 'changes'}"
                )
            else:
                await inbox.settle(tx, ids, outcome=inbox.NOTHING, reason="nothing had changed")
        faults.reach("event.accepted")

    async def _now(self) -> datetime:
        """The database's clock, by which own writes are dated."""
        async with self._db.read() as tx:
            return await lanes.now(tx)

    async def _system(self, lane: Lane) -> str:
        return (await self._runtime.connection(lane.connection_id)).system

    async def _enter(self, tx: Tx, lane: Lane, item: Observed) -> None:
        if lane.kind != ORDER or item.type not in EVENT_TYPES.values():
            return
        try:
            lines = money_lines.of_highlevel(item.kind, item.state)
        except (HeldError, BadRecordError):
            # The run will say why this order is held; it is not money that anybody agreed on.
            return
        revision = await events.revision_of(tx, lane.connection_id, item.kind, item.record_id)
        entries = ledger.entries_of(lines, record_kind=item.kind, record_id=item.record_id, revision=revision)
        await ledger.append(tx, lane.connection_id, entries)

    async def _settle(
        self, lane: Lane, ids: list[int], outcome: str, reason: str, cause: str | None = None
    ) -> None:
        if outcome == inbox.DEAD:
            log.warning("a delivery needs a person", lane=lane.key, reason=reason)
        async with self._db.begin() as tx:
            await lanes.assert_held(tx, lane)
            await inbox.settle(tx, ids, outcome=outcome, reason=reason, cause=cause)

    async def _give_up(self, lane: Lane, reason: str) -> None:
        async with self._db.begin() as tx:
            waiting = await inbox.pending(tx, lane.key)
            await inbox.settle(
                tx, [item.id for item in waiting], outcome=inbox.DEAD, reason=reason, cause=_INTERNAL
            )
            for event in await events.open_in_lane(tx, lane.key):
                await events.settle(tx, lane, event.id, outcome="dead", reason=reason)
                for run_id in await runs.unfinished(tx, event.id):
                    await runs.finish(tx, lane, run_id, state=runs.DEAD, reason=reason, cause=_INTERNAL)
            await lanes.close(tx, lane)

    async def _postpone(self, lane: Lane, delay_s: float, reason: str) -> None:
        async with self._db.begin() as tx:
            await lanes.postpone(tx, lane, delay_s=delay_s, reason=reason)
            await announce(tx, [(lane.key, lane.priority)], after_s=delay_s)

    async def _park(self, lane: Lane, error: ConnectionPausedError | WritesPausedError) -> None:
        if isinstance(error, ConnectionPausedError):
            self._runtime.look_again(error.connection_id)
        async with self._db.begin() as tx:
            # A resume wakes the lanes that it finds waiting; one that stops just now must not be missed.
            paused = (
                await health.still_paused(tx, error.connection_id)
                if isinstance(error, ConnectionPausedError)
                else await switches.held_still(tx, WRITES_PAUSED)
            )
            delay_s = _PAUSED_DELAY_S if paused else _FIRST_DELAY_S
            await lanes.postpone(tx, lane, delay_s=delay_s, reason=str(error), counted=False)
            await announce(tx, [(lane.key, lane.priority)], after_s=delay_s)

    def _delay_s(self, attempts: int) -> float:
        longest = min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2.0 ** min(attempts, 12))
        return self._rng.uniform(longest / 2, longest) * self._retry_scale


def _repeated(waiting: Iterable[Delivery], moved: Container[tuple[str, str]]) -> set[tuple[str, str, str]]:
    """Return kind, id and way of what was told of records that had not moved any more: a change told twice."""
    return {
        (item.kind, item.record_id, item.source)
        for item in waiting
        if item.record_id is not None
        and (item.kind, item.record_id) not in moved
        and item.type != missing_type(item.kind)
    }
