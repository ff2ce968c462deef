"""A record with our machine-readable line: in a custom table where there is one, else in the history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from orderbridge.catalogue.act import proof_line
from orderbridge.catalogue.fields import record_id
from orderbridge.catalogue.schema import OPTIONAL_TEXT, TEXT, object_schema
from orderbridge.connectors.act import odata
from orderbridge.connectors.act.models import CustomRecordDraft, HistoryDraft
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject

if TYPE_CHECKING:
    from orderbridge.catalogue.context import ActionContext

# The clocks of two machines differ, and ours is not Act!'s.
_CLOCK_SLACK = timedelta(minutes=15)
# What the operations that keep such records take and give beside their own.
WHOSE = {
    "contact_id": record_id("The Act! contact whom it is about."),
    "opportunity_id": record_id("The Act! opportunity of the order."),
}
RESULT = object_schema(["id", "verdict"], id=OPTIONAL_TEXT, verdict=TEXT)
PROOF = "its machine-readable line is read back; found again among the opportunity's records"


@dataclass(kw_only=True)
class KeyedRecord:
    """A payment, a fulfilment or a subscription as Act! shall hold it (a ``WriteSet``).

    Attributes:
        table: Our name of the custom table: ``Payments``.
        facts: What the machine-readable line says; what is compared after reading back.
        columns: Further columns of the custom table, by our names for them.

    A record stays where it was first written: one from before the database had the custom table is kept up to
    date in the history, so that nothing is there twice.
    """

    ctx: ActionContext
    kind: str
    reference: str
    table: str
    title: str
    text: str
    facts: dict[str, str]
    columns: JsonObject
    happened_at: datetime
    contact_ids: tuple[str, ...]
    opportunity_id: str
    known_id: str | None = None
    known_absent: bool = False
    system: str = "act"
    wanted: JsonObject = field(init=False)
    _in_history: bool = False

    def __post_init__(self) -> None:
        self._in_history = self.table not in self.ctx.profile.tables
        self.wanted = {"facts": {"kind": self.kind, "ref": self.reference} | self.facts}

    @property
    def details(self) -> str:
        """The text for people, and the line for us."""
        return f"{self.text}\n{proof_line.write(kind=self.kind, ref=self.reference, **self.facts)}"

    async def read(self) -> JsonObject | None:
        """Find the record by its id, or by our reference among the opportunity's own."""
        places = (True,) if self.table not in self.ctx.profile.tables else (False, True)
        for in_history in places:
            for found_id, details in await self._candidates(in_history):
                facts = proof_line.read(details)
                if facts and facts.get("ref") == self.reference and facts.get("kind") == self.kind:
                    self.known_id, self._in_history = found_id, in_history
                    return {"id": found_id, "facts": facts}
        # Deleted or hidden by a person, or never written.
        self.known_id = None
        return None

    async def _candidates(self, in_history: bool) -> list[tuple[str, str | None]]:
        act = self.ctx.act
        if in_history:
            if self.known_id is not None:
                try:
                    entry = await act.history_entry(self.known_id)
                    return [(entry.id, entry.details)]
                except NotFoundError:
                    pass
            return [(item.id, item.details) for item in await act.opportunity_history(self.opportunity_id)]
        ref = self.ctx.profile.tables[self.table]
        if self.known_id is not None:
            try:
                record = await act.record(ref.name, self.known_id)
                return [(record.id, record.fields.get(ref.keys["details"]))]
            except NotFoundError:
                pass
        # Our own columns may not be filterable, "created" is.
        since = min(self.ctx.clock.now(), self.happened_at) - _CLOCK_SLACK
        rows = act.records(ref.name, odata.created_since(since))
        return [(record.id, record.fields.get(ref.keys["details"])) async for record in rows]

    async def send(self, actual: JsonObject | None) -> None:
        """Create the record, or replace its text with today's facts."""
        act = self.ctx.act
        if self._in_history and (actual is not None or self.table not in self.ctx.profile.tables):
            draft = HistoryDraft(
                regarding=self.title,
                details=self.details,
                type_id=self.ctx.profile.history_type_id,
                happened_at=self.happened_at,
                contact_ids=self.contact_ids,
                opportunity_ids=(self.opportunity_id,),
            )
            if actual is None:
                self.known_id = (await act.create_history(draft)).id
            else:
                await act.update_history(actual["id"], draft)
            return
        ref = self.ctx.profile.tables[self.table]
        values = {
            "reference": self.reference,
            "summary": self.title[:128],
            "details": self.details,
            **self.columns,
        }
        record = CustomRecordDraft(
            fields={ref.keys[name]: value for name, value in values.items() if name in ref.keys},
            contact_ids=self.contact_ids,
            opportunity_ids=(self.opportunity_id,),
        )
        if actual is None:
            self.known_id = (await act.create_record(ref.name, record)).id
        else:
            await act.update_record(ref.name, actual["id"], record)


async def prove_keyed(ctx: ActionContext, record: KeyedRecord) -> JsonObject:
    """Write a keyed record, link it, and return the step's output."""
    # Two callers with one payment wait for each other.
    async with ctx.exclusive([f"{record.kind}/{record.reference}"], system="act"):
        # A flow from Act! writes such records too, and then the link was made from the other side.
        known = await ctx.partners("ghl", record.kind, record.reference, record.kind)
        record.known_id = (
            known[0] if known else await ctx.find_link(record.kind, record.reference, record.kind)
        )
        record.known_absent = record.known_id is None and ctx.journal_complete
        proof = await ctx.prove(record)
        if proof.target_id is not None:
            await ctx.save_link(record.kind, record.reference, record.kind, proof.target_id, how="created")
    return {"id": proof.target_id, "verdict": proof.verdict}
