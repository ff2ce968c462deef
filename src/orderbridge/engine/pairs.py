"""The memory of two accounts (``catalogue.pairs.Pairs``) on our tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orderbridge.catalogue.agreement import ACT, Agreed, Begun
from orderbridge.catalogue.pairs import DELETED, Memory, Pair, Question
from orderbridge.core.errors import FlowError
from orderbridge.core.log import get
from orderbridge.store import agreements, conflicts, links
from orderbridge.store.database import Database

log = get(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPairs:
    """What is remembered between one Act! connection and one HighLevel connection.

    Attributes:
        run_id: Who asks, for the record.
        flow_id: None where a person does.
        keeps: False for a preview: nothing is remembered.
    """

    db: Database
    connections: Mapping[str, str]
    run_id: str
    flow_id: str | None
    keeps: bool = True

    @property
    def _two(self) -> tuple[str, str]:
        try:
            return self.connections["act"], self.connections["ghl"]
        except KeyError as error:
            raise FlowError(
                "this operation needs a connection to Act! and one to HighLevel; choose them with --act and --ghl",
                cause="flow.no_connection",
            ) from error

    async def partner(self, side: str, kind: str, record_id: str, partner_kind: str) -> str | None:
        """Return the id of the record that belongs to one of ``side``."""
        act, ghl = self._two
        here, there = (act, ghl) if side == ACT else (ghl, act)
        async with self.db.read() as tx:
            return await links.find(
                tx,
                source_connection=here,
                source_kind=kind,
                source_id=record_id,
                target_connection=there,
                target_kind=partner_kind,
            )

    async def memory(self, pair: Pair) -> Memory:
        """Return what is remembered of a pair."""
        async with self.db.read() as tx:
            agreed, begun = await agreements.read(tx, *self._two, pair)
            return Memory(agreed=agreed, begun=begun, open=await conflicts.open_of(tx, *self._two, pair))

    async def begin(self, pair: Pair, begun: Mapping[str, Begun]) -> None:
        """Remember writes that are set out on."""
        if not self.keeps:
            return
        async with self.db.read() as tx:
            await agreements.begin(tx, *self._two, pair, begun)

    async def agree(self, pair: Pair, agreed: Mapping[str, Agreed]) -> None:
        """Remember what both sides show now."""
        if not self.keeps:
            return
        async with self.db.begin() as tx:
            await agreements.save(tx, *self._two, pair, agreed, run_id=self.run_id)
            await conflicts.close_fields(tx, *self._two, pair, list(agreed), resolution="agreed")

    async def ask(self, question: Question) -> str:
        """Put a question where people look, once."""
        if not self.keeps:
            return ""
        async with self.db.begin() as tx:
            if question.sort == DELETED and (known := await conflicts.about(tx, *self._two, question)):
                if known["resolved_at"] is not None:
                    # Decided once; what was deleted does not come up again.
                    return str(known["id"])
                if known["details"]["gone"] != question.details["gone"]:
                    await conflicts.resolve(tx, known["id"], "gone on both sides")
                    return str(known["id"])
            conflict_id, new = await conflicts.ask(tx, *self._two, question, flow_id=self.flow_id)
        if new:
            log.warning(
                "two sides need a person", sort=question.sort, kind=question.kind, field=question.field
            )
        return conflict_id

    async def answered(self, kind: str, act_id: str | None, ghl_id: str | None, sort: str) -> str | None:
        """Return what a person decided about a whole record."""
        async with self.db.read() as tx:
            whole = Question(sort=sort, kind=kind, act_id=act_id, ghl_id=ghl_id, why="")
            known = await conflicts.about(tx, *self._two, whole)
        return None if known is None or known["resolved_at"] is None else str(known["resolution"])
