"""What a running action sees of the engine (``catalogue.context.ActionContext``)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from orderbridge.catalogue.act.profile import ActProfile
from orderbridge.catalogue.context import GroupedNotice, Notice, Proof, WriteSet
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.registry import title
from orderbridge.connectors.web import Web
from orderbridge.core.clock import Clock
from orderbridge.core.errors import FlowError
from orderbridge.core.ids import IdSource, random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import bounces
from orderbridge.engine.pairs import StoredPairs
from orderbridge.engine.writes import Writer
from orderbridge.notify.notices import Notices
from orderbridge.store import claims, links, writes
from orderbridge.store.links import Link

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The clients that a run may use; a run of one side only has one."""

    act: ActClient | None = None
    ghl: GhlClient | None = None
    profile: ActProfile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """One run's view: its clients, its writer, its links."""

    accounts: Accounts
    web: Web
    notices: Notices
    clock: Clock
    writer: Writer
    source_connection: str
    target_connection: str
    journal_complete: bool
    live: bool
    began_at: datetime
    rng: Random
    claim_lease_s: float
    new_id: IdSource = random_id

    @property
    def act(self) -> ActClient:
        """The Act! account."""
        return _chosen(self.accounts.act, "act")

    @property
    def ghl(self) -> GhlClient:
        """The HighLevel location."""
        return _chosen(self.accounts.ghl, "ghl")

    @property
    def profile(self) -> ActProfile:
        """What the Act! database has and how it behaves."""
        return _chosen(self.accounts.profile, "act")

    @property
    def attempt_id(self) -> str:
        """A name of this step of this run and of its replays."""
        return self.writer.attempt_id

    def at(self, step: str) -> RunContext:
        """The same view from another step."""
        return replace(self, writer=replace(self.writer, step=step))

    @property
    def pairs(self) -> StoredPairs:
        """What is remembered of records that belong together."""
        writer = self.writer
        return StoredPairs(
            db=writer.db, connections=writer.connections, run_id=writer.run_id, flow_id=writer.flow_id
        )

    def part(self, name: str) -> RunContext:
        """The same view from a part of this step."""
        return self.at(f"{self.writer.step}/{name}")

    async def prove(self, write: WriteSet) -> Proof:
        """Write and prove it."""
        try:
            return await self.writer.prove(write)
        except bounces.BounceError as error:
            await bounces.tell(self.notices, error)
            raise

    async def unproved(
        self, system: str, kind: str, shown: JsonObject, send: Callable[[], Awaitable[Any]]
    ) -> Any:
        """Make a call whose effect cannot be read back, at most once."""
        return await self.writer.once(system, kind, shown, send)

    async def made_before(self, system: str, kind: str) -> str | None:
        """Return the id of the record that this step has created already, in this run or the one it replays."""
        async with self.writer.db.read() as tx:
            return await writes.proved_target(
                tx, connection_id=self.writer.connections[system], kind=kind, reference=self.attempt_id
            )

    async def made_by_another(self, system: str, kind: str, target_id: str) -> bool:
        """Tell whether another step, or another run, is known to have created that record."""
        async with self.writer.db.read() as tx:
            return await writes.created_under_another_reference(
                tx,
                connection_id=self.writer.connections[system],
                kind=kind,
                target_id=target_id,
                reference=self.attempt_id,
            )

    async def notify(self, notice: Notice) -> JsonObject:
        """Say something through a channel unless it was said a short while ago."""
        return await self.notices.say(notice)

    async def gathered(self, notice: GroupedNotice) -> JsonObject | None:
        """Return the line of a grouped message as it was added."""
        return await self.notices.gathered(notice)

    async def gather(self, notice: GroupedNotice) -> None:
        """Add a line to a grouped message."""
        await self.notices.gather(notice, self.new_id)

    async def find_link(self, kind: str, source_id: str, target_kind: str) -> str | None:
        """Return the id of the record over there that belongs to ours."""
        async with self.writer.db.read() as tx:
            return await links.find(
                tx,
                source_connection=self.source_connection,
                source_kind=kind,
                source_id=source_id,
                target_connection=self.target_connection,
                target_kind=target_kind,
            )

    async def linked_sources(self, target_kind: str, target_id: str) -> Sequence[str]:
        """Return which of the source's records belong to one over there."""
        async with self.writer.db.read() as tx:
            return await links.sources_of(
                tx, target_connection=self.target_connection, target_kind=target_kind, target_id=target_id
            )

    async def save_link(
        self, kind: str, source_id: str, target_kind: str, target_id: str, *, how: str
    ) -> None:
        """Remember that two records belong together."""
        ours, theirs = (
            (self.source_connection, kind, source_id),
            (self.target_connection, target_kind, target_id),
        )
        await self._link(ours, theirs, how)

    async def partners(self, system: str, kind: str, record_id: str, other_kind: str) -> Sequence[str]:
        """Return the records of the other system that are linked to one of ``system``."""
        other = "act" if system == "ghl" else "ghl"
        own, theirs = self.writer.connections.get(system), self.writer.connections.get(other)
        if own is None or theirs is None:
            return []
        async with self.writer.db.read() as tx:
            return await links.partners(
                tx,
                connection=own,
                kind=kind,
                record_id=record_id,
                other_connection=theirs,
                other_kind=other_kind,
            )

    async def pair(self, ghl: tuple[str, str], act: tuple[str, str], *, how: str) -> None:
        """Remember that a HighLevel record and an Act! record belong together."""
        accounts = self.writer.connections
        await self._link((accounts["ghl"], *ghl), (accounts["act"], *act), how)

    async def remembered(self, system: str, kind: str, reference: str) -> str | None:
        """Return the id of the record of an account that we named ``reference``."""
        own = self.writer.connections[system]
        async with self.writer.db.read() as tx:
            return await links.find(
                tx,
                source_connection=own,
                source_kind=kind,
                source_id=reference,
                target_connection=own,
                target_kind=kind,
            )

    async def remember(self, system: str, kind: str, reference: str, record_id: str) -> None:
        """Keep our name of a record of an account."""
        own = self.writer.connections[system]
        await self._link((own, kind, reference), (own, kind, record_id), "reference")

    async def _link(self, source: tuple[str, str, str], target: tuple[str, str, str], how: str) -> None:
        # Connection, kind and id of each.
        link = Link(
            source_connection=source[0],
            source_kind=source[1],
            source_id=source[2],
            target_connection=target[0],
            target_kind=target[1],
            target_id=target[2],
            how=how,
        )
        async with self.writer.db.read() as tx:
            await links.save(tx, link)

    def exclusive(
        self, names: Sequence[str], *, system: str | None = None
    ) -> AbstractAsyncContextManager[None]:
        """Keep other runs away from ``names``."""
        place = self.writer.connections[system] if system else self.target_connection
        scoped = [f"{place}/{name}" for name in names]
        return claims.claim(self.writer.db, scoped, lease_s=self.claim_lease_s, rng=self.rng)


def _chosen(value: T | None, system: str) -> T:
    if value is None:
        raise FlowError(
            f"this operation needs a connection to {title(system)} and none is chosen; choose one with --{system}",
            cause="flow.no_connection",
        )
    return value
