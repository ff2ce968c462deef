"""The composition root: settings in, a running product out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from orderbridge.accounts import readiness
from orderbridge.accounts.act_webhook_watch import watch_all
from orderbridge.accounts.installations import Installations
from orderbridge.accounts.keys import KeepIt, open_box
from orderbridge.automation import alerting, going_live, restoring
from orderbridge.automation.alerts import Thresholds
from orderbridge.automation.going_live import Candidate, Checker
from orderbridge.connectors.reach import Allowed
from orderbridge.core.clock import Clock, SystemClock
from orderbridge.core.errors import SetupError
from orderbridge.core.log import get
from orderbridge.engine.dispatch import Dispatcher
from orderbridge.engine.expressions.pool import Expressions, Limits
from orderbridge.engine.inbox import Inbox
from orderbridge.engine.lane_handlers import INSTALLATION
from orderbridge.engine.readiness import Line
from orderbridge.engine.runtime import Runtime
from orderbridge.proof.daily import Mornings
from orderbridge.settings import Settings
from orderbridge.store import schema
from orderbridge.store.backup_folder import BackupFolder
from orderbridge.store.database import Database, check_reachable
from orderbridge.store.embedded import EmbeddedPostgres
from orderbridge.store.key_sources import KeySource, key_source
from orderbridge.store.restore_orders import RestoreOrders
from orderbridge.sync import schedule, turns
from orderbridge.sync.backfill import keeping as unfinished

log = get(__name__)

# A flow that is due starts within this time.
_CLOCK_S = 5.0
# A day that is over for long enough is closed within this time.
_MORNING_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Everything that one process of the product has open.

    Attributes:
        keep_it: The word on the master key, said when a command has worked or goes on for long.
        backups: The backups that are kept in the data folder.
    """

    settings: Settings
    clock: Clock
    db: Database
    runtime: Runtime
    inbox: Inbox
    keep_it: KeepIt
    backups: BackupFolder

    @property
    def master_key_place(self) -> str:
        """Where the key of the stored secrets is, for people; never the key."""
        return keys_of(self.settings).place.where

    @property
    def checkers(self) -> list[Checker]:
        """What has to be so before a flow goes live, in the order in which it is shown."""
        age = timedelta(days=self.settings.dry_run_days)
        return [_accounts_ready, *going_live.own_checks(dry_run_age=age)]

    def dispatcher(self) -> Dispatcher:
        """Make this process's worker loop."""
        return Dispatcher(
            self.runtime,
            concurrency=self.settings.worker_concurrency,
            heartbeat_s=self.settings.heartbeat_s,
            sweep_interval_s=self.settings.sweep_interval_s,
            rng=self.runtime.rng,
        )

    async def keep_polling(self) -> None:
        """Poll every connection as its plan says; runs until cancelled."""
        await turns.keep(self.runtime)

    async def keep_backfilling(self) -> None:
        """Go on with backfills that nobody drives, such as one whose command was killed; runs until cancelled."""
        await unfinished.keep(self.runtime)

    async def keep_watching(self) -> None:
        """Look after the webhooks in Act! at the set interval; runs until cancelled."""
        while True:
            try:
                await watch_all(self.runtime)
            except Exception:
                log.exception("a round of watching webhooks failed")
            await asyncio.sleep(self.settings.webhook_watch_s)

    async def keep_alerting(self) -> None:
        """Look for alerts at the set interval, and tell of them; runs until cancelled."""
        settings = self.settings
        thresholds = Thresholds(
            backlog=timedelta(seconds=settings.alert_backlog_s),
            silence=timedelta(seconds=settings.alert_silence_s),
            polls_every=timedelta(seconds=settings.poll_interval_s),
        )
        remind_after = timedelta(seconds=settings.alert_reminder_s)
        while True:
            try:
                await alerting.look_round(self.runtime, thresholds, remind_after=remind_after)
            except Exception:
                log.exception("a round of alerts failed")
            await asyncio.sleep(settings.alert_interval_s)

    async def keep_closing(self) -> None:
        """Close each day that is over, and state what of it came; runs until cancelled."""
        mornings = Mornings(self.runtime, grace=timedelta(seconds=self.settings.daily_close_grace_s))
        while True:
            try:
                await mornings.look()
            except Exception:
                log.exception("a look at the days that are over failed")
            await asyncio.sleep(_MORNING_S)

    async def keep_time(self) -> None:
        """Start flows whose time has come; runs until cancelled."""
        while True:
            try:
                await schedule.fire_due(self.runtime, self.clock.now())
            except Exception:
                log.exception("the clock of the flows failed")
            await asyncio.sleep(_CLOCK_S)


async def _accounts_ready(runtime: Runtime, wanted: Sequence[Candidate]) -> list[Line]:
    accounts = [account for item in wanted for account in (item.source, item.target)]
    return await readiness.ready(runtime, accounts, [item.definition for item in wanted])


@asynccontextmanager
async def database_url(settings: Settings) -> AsyncIterator[str]:
    """The address of the database: the one in the settings, or the embedded server, started for the block."""
    if settings.database_url is not None:
        await check_reachable(settings.database_url)
        yield settings.database_url
        return
    async with EmbeddedPostgres(settings.data_dir) as url:
        yield url


def backups_of(settings: Settings, url: str, clock: Clock) -> BackupFolder:
    """The backups that this installation keeps."""
    return BackupFolder(settings.data_dir / "backups", url, clock)


async def restore_as_ordered(settings: Settings) -> None:
    """Restore the backup that was chosen on the page, if one was; to be called before anything is opened."""
    if RestoreOrders(settings.data_dir / "backups").waiting() is None:
        return
    clock = SystemClock()
    async with database_url(settings) as url:
        await restoring.carry_out(url, backups_of(settings, url, clock), clock)


def keys_of(settings: Settings) -> KeySource:
    """Where this installation's master keys are."""
    given, old = settings.master_key, settings.master_key_old
    return key_source(
        master_key=given.get_secret_value() if given else None,
        old=old.get_secret_value() if old else None,
        place=settings.master_key_source,
        folder=settings.data_dir,
    )


@asynccontextmanager
async def open_database(
    settings: Settings, *, upgrade: bool = False, pool_size: int = 16
) -> AsyncIterator[Database]:
    """Open the database alone, for what has to work also when the accounts cannot be opened.

    Raises:
        SetupError: It cannot be reached, or its schema is older than this version.
    """
    async with database_url(settings) as url:
        present = None if upgrade else await schema.present(url)
        if present is None:
            await schema.upgrade(url)
        elif present != schema.newest():
            raise SetupError(
                "the database has an older schema; run 'orderbridge db upgrade'", cause="setup.schema_old"
            )
        db = await Database.open(url, pool_size=pool_size)
        try:
            yield db
        finally:
            await db.close()


@asynccontextmanager
async def open_application(
    settings: Settings, *, upgrade: bool = False, clock: Clock | None = None, pool_size: int = 16
) -> AsyncIterator[Application]:
    """Open the database and the accounts.

    Args:
        settings: Where everything is.
        upgrade: Bring the schema up to date first; without it an old schema is an error.
        clock: Tells the time.
        pool_size: Connections to the database that this process may open.

    Raises:
        SetupError: Something on this machine or in the settings has to be changed first.
    """
    clock = clock or SystemClock()
    source = keys_of(settings)
    async with open_database(settings, upgrade=upgrade, pool_size=pool_size) as db:
        # Spreads retries; nothing secret is made with it.
        rng = Random()  # noqa: S311
        box, keep_it = await open_box(db, source)
        runtime = Runtime(
            db=db,
            box=box,
            clock=clock,
            rng=rng,
            allowed=Allowed.parse(settings.http_allow),
            lease_s=settings.lane_lease_s,
            write_timeout_s=settings.write_timeout_s,
            settle_s=settings.write_settle_s,
            poll_interval_s=settings.poll_interval_s,
            http_kept=settings.http_kept,
            http_kept_days=settings.http_kept_days,
            expressions=Expressions(
                Limits(
                    deadline_s=settings.expression_deadline_s,
                    memory_mb=settings.expression_memory_mb,
                    processes=settings.expression_processes,
                )
            ),
        )
        application = Application(
            settings=settings,
            clock=clock,
            db=db,
            runtime=runtime,
            inbox=Inbox(db, group_max=settings.intake_group_max),
            keep_it=keep_it,
            backups=backups_of(settings, db.url, clock),
        )
        runtime.lane_handlers[INSTALLATION] = Installations(runtime)
        try:
            yield application
            await keep_it.say()
        finally:
            await runtime.close()
