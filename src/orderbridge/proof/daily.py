"""Each morning by itself: the day that is over is closed for every pair of accounts, and stated for every account.

Any number of servers may do it, and each day is done once: who has it holds a claim, and what it does is kept in one
transaction with the note that it is done. What a server did not get to is done by the next one. Days that were missed
are caught up with, as far back as ``CAUGHT_UP_DAYS``; older ones are left to a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from orderbridge.connectors.registry import title
from orderbridge.core.business_day import bounds, day_of, days
from orderbridge.core.errors import OrderBridgeError, ReconnectError, TransientError
from orderbridge.core.log import get
from orderbridge.engine import faults
from orderbridge.engine.health import ConnectionPausedError
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.time_zones import TimeZone, time_zone
from orderbridge.proof.closing import close_days
from orderbridge.proof.completeness import completeness
from orderbridge.proof.completeness_statement import Completeness
from orderbridge.proof.pairs import joined_since
from orderbridge.store import claims, connections, daily
from orderbridge.store.closes import GREEN
from orderbridge.store.connections import Connection
from orderbridge.store.daily import CLOSE, STATEMENT, Job, Standing
from orderbridge.store.database import Tx

log = get(__name__)

CAUGHT_UP_DAYS = 7
# A close reads all of both sides: a few at a time leave memory and connections to what is live.
_AT_ONCE = 2
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 60.0, 3600.0
# A location that says no zone may say one later.
_ASKED_AGAIN = timedelta(hours=1)
# A list that cannot be asked is tried again so often, about an hour; then the statement says that it could not be.
_PATIENT_ATTEMPTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is done every morning for one pair of accounts, or for one account.

    Attributes:
        accounts: The HighLevel and the Act! connection of a close; the account of a statement.
        zone: In which its days are counted.
        since: When the first flow was published: its day is the first that is done.
    """

    accounts: tuple[Connection, ...]
    zone: TimeZone
    since: datetime

    @property
    def job(self) -> Job:
        """As it is kept."""
        if len(self.accounts) == 1:
            return Job(job=STATEMENT, connection_id=self.accounts[0].id)
        one, other = self.accounts
        return Job(job=CLOSE, connection_id=one.id, target_id=other.id)

    @property
    def name(self) -> str:
        """For the log."""
        return " and ".join(item.name for item in self.accounts)

    @property
    def claim(self) -> str:
        """What a server holds that does it."""
        job = self.job
        return f"daily/{job.job}/{job.connection_id}/{job.target_id}"

    @property
    def command(self) -> str:
        """What a person does for a day that is left."""
        if len(self.accounts) == 1:
            return f"'orderbridge completeness --connection {self.accounts[0].name} --day …'"
        return "'orderbridge close --day …'"

    def newest(self, now: datetime, grace: timedelta) -> date:
        """The last day that is over for so long that what came late is there."""
        return day_of(now - grace, self.zone.zone) - timedelta(days=1)

    def due_at(self, day: date, grace: timedelta) -> datetime:
        """When a day is done."""
        return bounds(day, self.zone.zone)[1] + grace

    def owed(self, settled: date | None, now: datetime, grace: timedelta) -> list[date]:
        """The days that are not done yet, oldest first."""
        first = day_of(self.since, self.zone.zone)
        if settled is not None:
            first = max(first, settled + timedelta(days=1))
        return list(days(first, self.newest(now, grace)))

    def is_due(self, standing: Standing, now: datetime, grace: timedelta) -> bool:
        """Whether a day is owed, and nothing says to wait."""
        waits = standing.retry_at is not None and standing.retry_at > now
        return not waits and bool(self.owed(standing.settled, now, grace))


class Mornings:
    """Does what is due; keep one for each process."""

    def __init__(self, runtime: Runtime, *, grace: timedelta) -> None:
        """Know nothing yet.

        Args:
            runtime: The opened accounts.
            grace: So long after midnight a day is done: late webhooks and polls have come by then.
        """
        self._runtime, self._grace = runtime, grace
        self._asked_at: dict[str, datetime] = {}

    async def works(self) -> list[Work]:
        """Return what there is to do each morning: for the pairs that flows join, and for each of their accounts."""
        zones: dict[str, TimeZone] = {}
        since: dict[str, datetime] = {}
        accounts: dict[str, Connection] = {}
        found = []
        for one, other, begun in await joined_since(self._runtime.db):
            for item in (one, other):
                if item.id not in zones:
                    zones[item.id] = await self._zone(item)
                accounts[item.id] = item
                since[item.id] = min(begun, since.get(item.id, begun))
            found.append(Work(accounts=(one, other), zone=zones[one.id], since=begun))
        return found + [
            Work(accounts=(item,), zone=zones[key], since=since[key]) for key, item in accounts.items()
        ]

    async def look(self) -> None:
        """Do what is due now."""
        runtime, works = self._runtime, await self.works()
        async with runtime.db.read() as tx:
            standings = await daily.standings(tx)
        now, turns = runtime.clock.now(), asyncio.Semaphore(_AT_ONCE)

        async def one(work: Work) -> None:
            if not work.is_due(standings.get(work.job, Standing()), now, self._grace):
                return
            async with turns, claims.claimed(runtime.db, work.claim) as ours:
                if not ours:
                    return
                async with runtime.db.read() as tx:
                    # Another server may have done it since the look above.
                    standing = (await daily.standings(tx)).get(work.job, Standing())
                if work.is_due(standing, now, self._grace):
                    await _Morning(runtime, work, standing, now, self._grace).run()

        await asyncio.gather(*(one(item) for item in works))

    async def _zone(self, account: Connection) -> TimeZone:
        """Ask a location whose zone nobody knows, but not with every look, and only where it can be asked."""
        now = self._runtime.clock.now()
        last = self._asked_at.get(account.id)
        ask = _blocked([account]) is None and (last is None or now - last >= _ASKED_AGAIN)
        zone = await time_zone(self._runtime, account, ask=ask)
        if ask:
            self._asked_at[account.id] = now
        return zone


@dataclass(frozen=True, slots=True)
class _Morning:
    """What one job does of what it owes."""

    runtime: Runtime
    work: Work
    standing: Standing
    now: datetime
    grace: timedelta

    async def run(self) -> None:
        owed = self.work.owed(self.standing.settled, self.now, self.grace)
        oldest = self.work.newest(self.now, self.grace) - timedelta(days=CAUGHT_UP_DAYS - 1)
        if left := [day for day in owed if day < oldest]:
            await self._leave(left)
        owed = [day for day in owed if day >= oldest]
        if (why := _blocked(self.work.accounts)) is not None:
            await self._wait(owed, why)
            return
        try:
            if self.work.job.job == CLOSE:
                await self._close(owed)
            else:
                await self._state(owed)
        except OrderBridgeError as error:
            if isinstance(error, ReconnectError):
                await self.runtime.broke(self._blamed(error).id, error)
            await self._try_again(str(error))
        except Exception as error:
            log.exception("the work of a day failed", of=self.work.name)
            await self._try_again(f"unexpected {type(error).__name__}: see the log of this server")

    async def _close(self, owed: Sequence[date]) -> None:
        source, target = self.work.accounts

        async def keeping(tx: Tx, day: date, state: str) -> None:
            faults.reach("day.keeping")
            await daily.finish(tx, self.work.job, day, in_order=state == GREEN, now=self.runtime.clock.now())

        done = await close_days(self.runtime, source, target, days=owed, keeping=keeping)
        faults.reach("day.kept")
        for item in done:
            log.info(
                "a day was closed",
                day=item.close.day.isoformat(),
                of=self.work.name,
                state=item.close.state,
                line=item.close.document["line"],
                reopened=[day.isoformat() for day in item.reopened],
            )

    async def _state(self, owed: Sequence[date]) -> None:
        (account,) = self.work.accounts
        for day in owed:
            made = await completeness(
                self.runtime, account, day, keeping=partial(self._kept, self.standing.attempts)
            )
            log.info("a day was stated", day=day.isoformat(), of=account.name, missing=made.missing)

    async def _kept(self, attempts: int, tx: Tx, made: Completeness) -> None:
        not_asked = [item.not_asked for item in made.kinds.values() if item.not_asked is not None]
        if not_asked and attempts < _PATIENT_ATTEMPTS:
            raise TransientError(not_asked[0], cause="daily.not_asked")
        await daily.finish(
            tx,
            self.work.job,
            made.day,
            in_order=not made.missing and not not_asked,
            missing=made.missing,
            now=self.runtime.clock.now(),
        )

    async def _leave(self, left: Sequence[date]) -> None:
        reason = f"more than {CAUGHT_UP_DAYS} days had passed; {self.work.command} does it"
        async with self.runtime.db.begin() as tx:
            new = await daily.leave(tx, self.work.job, left[-1], reason=reason, now=self.now)
        if new:
            log.warning(
                "days are left to a person",
                of=self.work.name,
                since=left[0].isoformat(),
                until=left[-1].isoformat(),
                next=self.work.command,
            )

    async def _wait(self, owed: Sequence[date], why: str) -> None:
        async with self.runtime.db.begin() as tx:
            new = await daily.wait(tx, self.work.job, owed, reason=why, retry_at=None, counted=False)
        if new:
            log.warning("the work of a day waits", of=self.work.name, day=owed[0].isoformat(), reason=why)

    async def _try_again(self, why: str) -> None:
        async with self.runtime.db.begin() as tx:
            # Days that were kept before it failed are done.
            standing = (await daily.standings(tx)).get(self.work.job, Standing())
            owed = self.work.owed(standing.settled, self.now, self.grace)[-CAUGHT_UP_DAYS:]
            if not owed:
                return
            pause_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** min(standing.attempts, 10))
            until = self.runtime.clock.now() + timedelta(seconds=pause_s)
            await daily.wait(tx, self.work.job, owed, reason=why, retry_at=until, counted=True)
        log.warning(
            "the work of a day is tried again", of=self.work.name, day=owed[0].isoformat(), reason=why
        )

    def _blamed(self, error: ReconnectError) -> Connection:
        # Every message begins with whom it is about.
        return next(
            (item for item in self.work.accounts if str(error).startswith(title(item.system))),
            self.work.accounts[0],
        )


def _blocked(accounts: Sequence[Connection]) -> str | None:
    """Return why accounts cannot be asked, None where they can."""
    for item in accounts:
        if item.state == connections.PAUSED:
            return str(ConnectionPausedError(item))
        if item.state == connections.RECONNECT:
            return (
                f"{item.name} has to be reconnected ({item.state_reason or 'no reason was given'}); "
                f"'orderbridge connections replace-token {item.name}'"
            )
    return None
