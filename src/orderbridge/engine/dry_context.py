"""What an action sees of the engine in a dry run: it may look, and what it would write is noted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from orderbridge.catalogue.agreement import ACT
from orderbridge.catalogue.context import GroupedNotice, Notice, Proof, WriteSet
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.proving import SingleWrite
from orderbridge.connectors.registry import title
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.engine.assumed import Assumed, DependsError
from orderbridge.engine.context import RunContext
from orderbridge.engine.pairs import StoredPairs
from orderbridge.engine.writes import CONFIRMED, UNCHANGED, differences

CREATES, CHANGES, NOTHING, SENDS = "creates", "changes", "nothing", "sends"
_SHOWN = 3
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that a step would do over there.

    Attributes:
        does: ``creates``, ``changes``, ``nothing`` or ``sends``.
        says: The same in a sentence.
        fields: Each field that would be another one, with its value before and after.
        request: What would be sent, where there is no record to compare with.
        note: What could not be looked up, and why.
    """

    does: str
    says: str
    system: str
    kind: str
    record_id: str | None = None
    fields: Sequence[JsonObject] = ()
    request: JsonObject | None = None
    note: str | None = None

    def as_json(self) -> JsonObject:
        """The effect as it is shown, without secrets."""
        shown: JsonObject = redact(
            {
                "does": self.does,
                "says": self.says,
                "system": self.system,
                "kind": self.kind,
                "id": self.record_id,
                "fields": list(self.fields),
                "request": self.request,
                "note": self.note,
            }
        )
        return shown


@dataclass(frozen=True, slots=True)
class _Proof:
    target_id: str | None
    verdict: str


@dataclass(slots=True)
class Noted:
    """What the step that is tried now would do.

    Attributes:
        action: The step's operation.
        step: Its path.
        ended: How it ends otherwise than done, and why.
    """

    assumed: Assumed
    action: Operation | None = None
    step: str = ""
    effects: list[Effect] = field(default_factory=list)
    ended: tuple[str, str] | None = None

    def begin(self, action: Operation, step: str) -> None:
        """Note for another step from now on."""
        self.action, self.step, self.effects, self.ended = action, step, [], None

    @property
    def by(self) -> str:
        """The step in words."""
        return f"step {self.step!r}"

    async def prove(self, write: WriteSet) -> Proof:
        """Look, note what would be written, and answer as if it had been."""
        key, note, before = (write.system, write.kind, write.reference), None, None
        known = self.assumed.states.get(key)
        if known is not None or not write.known_absent:
            try:
                before = await write.read()
            except DependsError as error:
                # What hangs on a record that is not there yet cannot be there either.
                note = str(error)
        if known is not None:
            before = (before or {}) | known
        wrong = differences(write.wanted, before)
        record_id = (before or {}).get("id")
        if before is None:
            record_id = self.assumed.new_id(_kind(write), self.by)
        state = (before or {}) | write.wanted | {"id": record_id}
        self.assumed.states[key] = state
        if isinstance(write, SingleWrite):
            # What the action gives back is the record as it would be.
            write.found = (write.found or {}) | write.wanted | {"id": record_id}
        self.effects.append(_effect(write, before, wrong, str(record_id), note))
        return _Proof(str(record_id), CONFIRMED if wrong else UNCHANGED)

    def request(self, system: str, kind: str, shown: JsonObject) -> Any:
        """Note what would be sent, and answer in the shape that the operation gives."""
        what = f"{shown.get('method')} {shown.get('path')}"
        if kind == "notice":
            says = f"sends a {what}: {_short(shown.get('title'))}: {_short(shown.get('text'))}"
        elif system == "core":
            says = f"sends {what}"
        else:
            says = f"sends {what} to {title(system)}; what it does cannot be read back"
        self.effects.append(Effect(does=SENDS, says=says, system=system, kind=kind, request=shown))
        if system == "core" and self.action is not None:
            return self.assumed.output(self.action.output_schema, self.by)
        return {}


def _effect(
    write: WriteSet, before: JsonObject | None, wrong: list[JsonObject], record_id: str, note: str | None
) -> Effect:
    kind, where = _kind(write), title(write.system)
    fields = [
        row
        for item in wrong
        for row in _rows(item["field"], item["found"], item["wanted"])
        if before is not None or row["after"] not in (None, "", [], {})
    ]
    if before is None:
        does, says = CREATES, f"creates {kind} {record_id} in {where}"
    elif wrong:
        does, says = CHANGES, f"changes {kind} {record_id} in {where}"
    else:
        does, says = NOTHING, f"nothing to do: {kind} {record_id} in {where} is so already"
    if fields:
        shown = [
            f"{row['field']} {_short(row['after'])}"
            if before is None
            else f"{row['field']} {_short(row['before'])} → {_short(row['after'])}"
            for row in fields[:_SHOWN]
        ]
        says += f": {', '.join(shown)}{', …' if len(fields) > _SHOWN else ''}"
    return Effect(
        does=does, says=says, system=write.system, kind=write.kind, record_id=record_id, fields=fields, note=note
    )  # fmt: skip


def _kind(write: WriteSet) -> str:
    """Return the kind of record in words: what is done to it stands behind it."""
    return write.kind.removeprefix(f"{write.system}.").partition(".")[0].replace("_", " ")


def _rows(name: str, before: Any, after: Any) -> list[JsonObject]:
    """Return what differs field by field, also within an object such as the lines of an order."""
    if isinstance(after, dict) and isinstance(before, dict | None):
        before = before or {}
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return [row for key in keys for row in _rows(f"{name}.{key}", before.get(key), after.get(key))]
    return [{"field": name, "before": before, "after": after}]


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class DryPairs(StoredPairs):
    """What is remembered of records that belong together, and what would be; nothing is added to it."""

    assumed: Assumed
    keeps: bool = False

    async def partner(self, side: str, kind: str, record_id: str, partner_kind: str) -> str | None:
        """Return the id of the record that belongs to one of ``side``, or would."""
        here, there = ("act", "ghl") if side == ACT else ("ghl", "act")
        would = self.assumed.partners(
            self.connections.get(here), kind, record_id, self.connections.get(there), partner_kind
        )
        return would[0] if would else await StoredPairs.partner(self, side, kind, record_id, partner_kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class DryContext(RunContext):
    """A run's view that writes nothing: not over there, and not into our own tables."""

    noted: Noted

    @property
    def pairs(self) -> DryPairs:
        """What is remembered of records that belong together, or would be."""
        writer = self.writer
        return DryPairs(
            db=writer.db, connections=writer.connections, run_id=writer.run_id, flow_id=writer.flow_id,
            assumed=self.noted.assumed,
        )  # fmt: skip

    async def prove(self, write: WriteSet) -> Proof:
        """Look, and note what would be written."""
        return await self.noted.prove(write)

    async def unproved(
        self, system: str, kind: str, shown: JsonObject, send: Callable[[], Awaitable[Any]]
    ) -> Any:
        """Note what would be sent."""
        return self.noted.request(system, kind, shown)

    async def made_by_another(self, system: str, kind: str, target_id: str) -> bool:
        """Tell whether another step, or another run, is known to have created that record over there."""
        if target_id in self.noted.assumed.made_up:
            return False
        return await RunContext.made_by_another(self, system, kind, target_id)

    async def notify(self, notice: Notice) -> JsonObject:
        """Note what would be said."""
        shown = {"method": "message to", "path": notice.channel, "title": notice.title, "text": notice.text}
        self.noted.request("core", "notice", shown)
        return {"channel": notice.channel, "sent": True, "held_back": 0}

    async def gather(self, notice: GroupedNotice) -> None:
        """Add nothing: it would be sent."""

    async def partners(self, system: str, kind: str, record_id: str, other_kind: str) -> Sequence[str]:
        """Return the records of the other system that are linked to one of ``system``, or would be."""
        other = "act" if system == "ghl" else "ghl"
        own, theirs = self.writer.connections.get(system), self.writer.connections.get(other)
        would = self.noted.assumed.partners(own, kind, record_id, theirs, other_kind)
        return [*would, *await RunContext.partners(self, system, kind, record_id, other_kind)]

    async def pair(self, ghl: tuple[str, str], act: tuple[str, str], *, how: str) -> None:
        """Assume that a HighLevel record and an Act! record belong together."""
        own, theirs = self.writer.connections["ghl"], self.writer.connections["act"]
        self.noted.assumed.links[(own, *ghl, theirs, act[0])] = act[1]

    async def find_link(self, kind: str, source_id: str, target_kind: str) -> str | None:
        """Return the id of the record over there that belongs to ours, or would."""
        key = (self.source_connection, kind, source_id, self.target_connection, target_kind)
        return self.noted.assumed.links.get(key) or await RunContext.find_link(
            self, kind, source_id, target_kind
        )

    async def linked_sources(self, target_kind: str, target_id: str) -> Sequence[str]:
        """Return which of the source's records belong to one over there, or would."""
        found = await RunContext.linked_sources(self, target_kind, target_id)
        would = [
            key[2]
            for key, value in self.noted.assumed.links.items()
            if value == target_id and key[3:] == (self.target_connection, target_kind)
        ]
        return [*found, *would]

    async def save_link(
        self, kind: str, source_id: str, target_kind: str, target_id: str, *, how: str
    ) -> None:
        """Assume that two records belong together."""
        key = (self.source_connection, kind, source_id, self.target_connection, target_kind)
        self.noted.assumed.links[key] = target_id

    async def remembered(self, system: str, kind: str, reference: str) -> str | None:
        """Return the id of the record of an account that we named ``reference``, or would."""
        key = (self.writer.connections[system], kind, reference)
        return self.noted.assumed.links.get(key) or await RunContext.remembered(self, system, kind, reference)

    async def remember(self, system: str, kind: str, reference: str, record_id: str) -> None:
        """Assume our name of a record of an account."""
        self.noted.assumed.links[(self.writer.connections[system], kind, reference)] = record_id

    def exclusive(
        self, names: Sequence[str], *, system: str | None = None
    ) -> AbstractAsyncContextManager[None]:
        """Keep nobody away: nothing is written."""
        return _nobody_kept_away()


@asynccontextmanager
async def _nobody_kept_away() -> AsyncIterator[None]:
    yield
