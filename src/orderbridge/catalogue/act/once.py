"""An entry of Act!'s diary that is written once for each reference, however often asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from orderbridge.catalogue.act import proof_line
from orderbridge.catalogue.context import ActionContext, WriteSet
from orderbridge.catalogue.names import ours
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import BadRecordError, HeldError, InDoubtError
from orderbridge.core.jsonio import JsonObject


@dataclass(kw_only=True)
class OnceEntry:
    """A history entry, a note or a task with our machine-readable line in its text (a ``WriteSet``).

    What exists is never changed: it belongs to the people who work with it.

    Attributes:
        record: The kind of record, with how one is read.
        call: ``POST /api/notes``.
        text_field: The provider's name of its text, which ``values`` hold without our line.
        values: What is sent, in the provider's names.
        near: The list in which it is looked for, and what that list is asked with.
        shown: Fields in our names that are proved beside the reference.
    """

    ctx: ActionContext
    kind: str
    reference: str
    record: Record
    call: str
    text_field: str
    values: JsonObject
    near: tuple[Listing, JsonObject]
    shown: JsonObject
    known_id: str | None = None
    known_absent: bool = False
    system: str = "act"
    wanted: JsonObject = field(init=False)

    def __post_init__(self) -> None:
        self.wanted = {"reference": self.reference} | self.shown

    async def read(self) -> JsonObject | None:
        """Find the entry by id, or by our line among those of its contact."""
        if self.known_id is not None:
            row = await self.record.read(self.ctx, self.known_id, {})
            if row is not None:
                return self._seen(row)
        listing, query = self.near
        rows = replace(self.record, many=listing).listed(self.ctx, {}, most=10_000, query=query)
        async for row in rows:
            seen = self._seen(row)
            if seen is not None:
                self.known_id = str(row["id"])
                return seen
        return None

    def _seen(self, row: JsonObject) -> JsonObject | None:
        facts = proof_line.read(row.get(self._ours)) or {}
        if facts.get("ref") != self.reference or facts.get("kind") != self.kind:
            return None
        return {"id": row["id"], "reference": self.reference} | {name: row.get(name) for name in self.shown}

    @property
    def _ours(self) -> str:
        return ours(self.text_field)

    async def send(self, actual: JsonObject | None) -> None:
        """Write the entry, unless there is one."""
        if actual is not None:
            return
        text = (
            f"{self.values[self.text_field]}\n{proof_line.write(kind=self.kind, ref=self.reference)}".lstrip()
        )
        request = prepare(find("act", self.call), self.ctx, self.values | {self.text_field: text})
        answer = await request.send(self.ctx)
        try:
            self.known_id = str(self.record.shown(answer)["id"])
        except (BadRecordError, KeyError) as error:
            raise InDoubtError(
                f"Act! {self.call}: accepted, but the answer holds no id; the entry is looked up before anything is "
                "sent again",
                cause="record.unreadable_answer",
            ) from error


async def once(entry: OnceEntry) -> JsonObject:
    """Write an entry unless it was written before, and remember it.

    Returns:
        Its id and the verdict; ``unchanged`` also where people have deleted it since.
    """
    ctx, kind = entry.ctx, entry.kind
    async with ctx.exclusive([f"{kind}/{entry.reference}"]):
        known_id = await ctx.find_link(kind, entry.reference, kind)
        if known_id is not None:
            return {"id": known_id, "verdict": "unchanged"}
        # Another connection's flow may have written it: the entry itself says so, our links do not.
        return await remembered(ctx, entry)


async def remembered(ctx: ActionContext, write: WriteSet) -> JsonObject:
    """Write it, and keep which record belongs to the reference.

    Raises:
        HeldError: Act! took it, and now it cannot be found.
    """
    proof = await ctx.prove(write)
    if proof.target_id is None:
        raise HeldError(
            f"Act! took the {write.kind.replace('_', ' ')} {write.reference} and does not show it; look for it there, "
            "and whether our user may see it, before this is replayed",
            cause="act.written_and_hidden",
        )
    await ctx.save_link(write.kind, write.reference, write.kind, proof.target_id, how="created")
    return {"id": proof.target_id, "verdict": proof.verdict}
