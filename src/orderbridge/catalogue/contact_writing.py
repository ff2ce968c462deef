"""One agreement between two contacts: read both, decide, write, read back, remember."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from orderbridge.catalogue.act.contact import CONTACT as ACT_CONTACT
from orderbridge.catalogue.act.contact.update import OPERATION as ACT_UPDATE
from orderbridge.catalogue.agreement import (
    ACT,
    GHL,
    SIDES,
    Agreed,
    Ask,
    Begun,
    NoCounterpartError,
    Nothing,
    Write,
    decide,
    looks_like,
    other,
    unchanged,
)
from orderbridge.catalogue.contact_fields import ContactField, as_stored, merged
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.ghl.contact import CONTACT as GHL_CONTACT
from orderbridge.catalogue.ghl.contact.update import OPERATION as GHL_UPDATE
from orderbridge.catalogue.pairs import DELETED, DIFFERS, NOT_TAKEN, Memory, Pair, Question
from orderbridge.connectors.fields import instant
from orderbridge.core.errors import RejectedError
from orderbridge.core.jsonio import JsonObject, fingerprint

RECORDS = {ACT: ACT_CONTACT, GHL: GHL_CONTACT}
_UPDATES = {ACT: ACT_UPDATE, GHL: GHL_UPDATE}
_STAMPS = {ACT: "edited", GHL: "date_updated"}
_NAMES = {ACT: "Act!", GHL: "HighLevel"}
# Act! keeps whole seconds, and the clocks of two services differ by that much anyway.
_SAME_TIME = timedelta(seconds=1)


@dataclass(kw_only=True)
class Agreeing:
    """One attempt to bring a pair of contacts to agreement.

    Attributes:
        decided: What a person decided, by field.
        written: The fields that were written, by side.
        asked: The fields that wait for a person.
        gone: Why nothing could be done, where one of the two is not there.
    """

    ctx: ActionContext
    pair: Pair
    fields: list[ContactField]
    decided: Mapping[str, JsonObject] = field(default_factory=dict)
    written: dict[str, set[str]] = field(default_factory=lambda: {ACT: set(), GHL: set()})
    asked: set[str] = field(default_factory=set)
    gone: str | None = None

    async def through(self) -> None:
        """Do it.

        Raises:
            OrderBridgeError: By who can act on it; what was begun is remembered and known again.
        """
        records = {side: await RECORDS[side].read(self.ctx, self.pair.of(side), {}) for side in SIDES}
        for side in SIDES:
            if records[side] is None:
                self.gone = await self._ask_about_the_missing(side)
                return
        shown = {side: record for side, record in records.items() if record is not None}
        memory = await self.ctx.pairs.memory(self.pair)
        writes, agreed = await self._decisions(shown, memory)
        if arrived := {item.pairing.name: write.agreed for item, write in writes if write.agreed}:
            await self.ctx.pairs.agree(self.pair, arrived)
        if writes:
            begun = {
                item.pairing.name: Begun(
                    write.side, write.value, item.shown(other(write.side), shown[other(write.side)])
                )
                for item, write in writes
            }
            await self.ctx.pairs.begin(self.pair, begun)
        for side in SIDES:
            mine = [(item, write.value) for item, write in writes if write.side == side]
            if mine:
                agreed |= await self._write(side, mine, shown)
        if agreed:
            await self.ctx.pairs.agree(self.pair, agreed)

    async def _decisions(
        self, shown: Mapping[str, JsonObject], memory: Memory
    ) -> tuple[list[tuple[ContactField, Write]], dict[str, Agreed]]:
        newer = _newer(shown)
        writes: list[tuple[ContactField, Write]] = []
        agreed: dict[str, Agreed] = {}
        for item in self.fields:
            name = item.pairing.name
            now = {side: item.shown(side, shown[side]) for side in SIDES}
            if name in self.decided:
                writes += self._as_decided(item, now)
                continue
            open_question = memory.open.get(name)
            decision = decide(
                item.pairing, act=now[ACT], ghl=now[GHL], agreed=memory.agreed.get(name),
                begun=memory.begun.get(name), newer=newer,
            )  # fmt: skip
            if isinstance(decision, Write) and open_question is not None and open_question.sort == NOT_TAKEN:
                source = other(decision.side)
                before = open_question.act_value if source == ACT else open_question.ghl_value
                if unchanged(now[source], before):
                    # It was tried, and trying again would be refused again.
                    self.asked.add(name)
                    continue
            if isinstance(decision, Ask):
                await self._ask(item, DIFFERS, now, decision.why)
            elif isinstance(decision, Write):
                writes.append((item, decision))
            elif isinstance(decision, Nothing):
                if decision.agreed is not None:
                    agreed[name] = decision.agreed
                elif open_question is not None and open_question.sort == DIFFERS:
                    # One of the two was put back by hand, so that there is nothing left to ask.
                    agreed[name] = memory.agreed.get(name) or Agreed(now[ACT], now[GHL])
        return writes, agreed

    def _as_decided(self, item: ContactField, now: Mapping[str, Any]) -> list[tuple[ContactField, Write]]:
        decision = self.decided[item.pairing.name]
        if "take" in decision:
            target = other(decision["take"])
            value = item.pairing.made_for(target, now[decision["take"]])
            return [(item, Write(target, value))]
        try:
            there = item.pairing.made_for(GHL, decision["value"])
        except NoCounterpartError:
            there = decision["value"]
        return [(item, Write(ACT, decision["value"])), (item, Write(GHL, there))]

    async def _write(
        self, side: str, mine: list[tuple[ContactField, Any]], shown: Mapping[str, JsonObject]
    ) -> dict[str, Agreed]:
        """Write fields of one side; those that a side refuses are tried one by one and then asked about."""
        try:
            record = await self._send(side, mine, shown[side])
        except RejectedError as error:
            if len(mine) > 1:
                agreed: dict[str, Agreed] = {}
                for one in mine:
                    agreed |= await self._write(side, [one], shown)
                return agreed
            await self._ask(mine[0][0], NOT_TAKEN, self._now(mine[0][0], shown), str(error))
            return {}
        agreed = {}
        for item, value in mine:
            now = self._now(item, shown)
            back = item.shown(side, record)
            if unchanged(back, now[side]) and not unchanged(back, value) and not looks_like(value, back):
                why = f"{_NAMES[side]} answered that it was written, and shows {_short(back)} as before"
                await self._ask(item, NOT_TAKEN, now, why)
                continue
            self.written[side].add(item.pairing.name)
            if isinstance(shown[side], dict):
                shown[side].update(record)
            now[side] = back
            agreed[item.pairing.name] = Agreed(now[ACT], now[GHL])
        return agreed

    def _now(self, item: ContactField, shown: Mapping[str, JsonObject]) -> dict[str, Any]:
        return {side: item.shown(side, shown[side]) for side in SIDES}

    async def _send(self, side: str, mine: list[tuple[ContactField, Any]], shown: JsonObject) -> JsonObject:
        given = merged([item.given(side, value) for item, value in mine])
        update = _UPDATES[side].run
        assert update is not None
        # A later attempt of this step may have something else to write: each content is a write of its own.
        before = {item.pairing.name: as_stored(item.shown(side, shown)) for item, _ in mine}
        part = self.ctx.part(fingerprint({"side": side, "given": given, "before": before})[:12])
        result = await update(part, given | {"contact_id": self.pair.of(side)})
        record: JsonObject = result["record"] or {}
        return record

    async def _ask(self, item: ContactField, sort: str, now: Mapping[str, Any], why: str) -> None:
        self.asked.add(item.pairing.name)
        await self.ctx.pairs.ask(
            Question(
                sort=sort, kind=self.pair.kind, act_id=self.pair.act_id, ghl_id=self.pair.ghl_id,
                field=item.pairing.name,
                act_value=as_stored(now[ACT]), ghl_value=as_stored(now[GHL]), why=why, details={"row": dict(item.row)},
            )
        )  # fmt: skip

    async def _ask_about_the_missing(self, side: str) -> str:
        pair, there = self.pair, other(side)
        answered = await self.ctx.pairs.answered(pair.kind, pair.act_id, pair.ghl_id, DELETED)
        said = f"{_NAMES[side]} does not show contact {pair.of(side)} any more"
        if answered is not None:
            return f"{said}; a person decided about that: {answered}"
        await self.ctx.pairs.ask(
            Question(
                sort=DELETED, kind=pair.kind, act_id=pair.act_id, ghl_id=pair.ghl_id,
                why=f"{said}: deleted, merged or hidden. Contact {pair.of(there)} in {_NAMES[there]} belongs to it",
                details={
                    "gone": side,
                    "partner_kind": pair.kind,
                    "rows": [dict(item.row) for item in self.fields],
                },
            )
        )  # fmt: skip
        return f"{said}; nothing was deleted or created, see 'orderbridge conflicts list'"


def _newer(shown: Mapping[str, JsonObject]) -> str | None:
    """The side that was edited last; None where that cannot be told."""
    act, ghl = (instant(shown[side].get(_STAMPS[side])) for side in SIDES)
    if act is None or ghl is None or abs(act - ghl) <= _SAME_TIME:
        return None
    return ACT if act > ghl else GHL


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
