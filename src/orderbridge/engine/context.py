"""What a running action sees of the engine (``catalogue.operation.ActionContext``)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from random import Random

from orderbridge.catalogue.act.profile import ActProfile
from orderbridge.catalogue.operation import Proof, WriteSet
from orderbridge.connectors.act.client import ActClient
from orderbridge.core.clock import Clock
from orderbridge.engine.writes import Writer
from orderbridge.store import claims, links
from orderbridge.store.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """One run's view: its clients, its writer, its links."""

    act: ActClient
    profile: ActProfile
    clock: Clock
    writer: Writer
    source_connection: str
    target_connection: str
    journal_complete: bool
    rng: Random
    claim_lease_s: float

    def at(self, step: str) -> RunContext:
        """The same view from another step."""
        return replace(self, writer=replace(self.writer, step=step))

    async def prove(self, write: WriteSet) -> Proof:
        """Write and prove it."""
        return await self.writer.prove(write)

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
        async with self.writer.db.read() as tx:
            await links.save(
                tx,
                Link(
                    source_connection=self.source_connection,
                    source_kind=kind,
                    source_id=source_id,
                    target_connection=self.target_connection,
                    target_kind=target_kind,
                    target_id=target_id,
                    how=how,
                ),
            )

    def exclusive(self, names: Sequence[str]) -> AbstractAsyncContextManager[None]:
        """Keep other runs away from ``names``."""
        scoped = [f"{self.target_connection}/{name}" for name in names]
        return claims.claim(self.writer.db, scoped, lease_s=self.claim_lease_s, rng=self.rng)
