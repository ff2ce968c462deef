"""Proved writes: intent, look up, send what is missing, read back, receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderbridge.catalogue import money_lines
from orderbridge.catalogue.context import WriteSet
from orderbridge.connectors.permit import before_sending
from orderbridge.connectors.registry import title
from orderbridge.core import jsonio
from orderbridge.core.errors import (
    FlowError,
    HeldError,
    InDoubtError,
    ReconnectError,
    RejectedError,
    SetupError,
    TransientError,
)
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.core.log import get
from orderbridge.core.redact import HIDDEN, redact
from orderbridge.engine import bounces, echo, faults
from orderbridge.engine.brake import Brake
from orderbridge.store import ledger, writes
from orderbridge.store.database import Database
from orderbridge.store.lanes import Lane
from orderbridge.store.ledger import Entry
from orderbridge.store.writes import Receipt

log = get(__name__)

CONFIRMED, ALTERED, IGNORED, REFUSED, IN_DOUBT, UNCHANGED, ANSWERED = (
    "confirmed", "altered", "ignored", "refused", "in_doubt", "unchanged", "answered",
)  # fmt: skip
# A difference in these is never let pass: the numbers would not agree.
_MONEY_FIELDS = frozenset({"lines", "total", "facts", "currency", "surplus_lines"})
# Act! was seen to need the same PUT twice; a third time never helped anybody.
_SENDS = 2
_DOUBTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Proves the writes of one run.

    Attributes:
        connections: The connection of each system that this run may write to.
        still_ours: Checked right before sending: a worker that was frozen past its lease must not send.
        brake: Asked right before sending: a person may have stopped all writes meanwhile.
        settle_s: How long a lost answer's write may still be under way over there.
        notes: What a person should hear of writes that were done in part, a sentence each.
        revision: The revision of the source record that is carried over, for the ledger.
        origin_id: The first run of the event and flow, whose calls count as this run's; empty: this one is it.
        overtaken: The flow has begun with a newer state of the record: what exists over there is left as it is.
        send_again: A person wants calls that cannot be proved made once more.
        flow_id: Whose run it is; None for a call by hand.
        author: Who writes, for those who ask who rewrites whom: the flow, or the template it belongs to.
    """

    db: Database
    lane: Lane
    run_id: str
    step: str
    connections: Mapping[str, str]
    revision: int
    still_ours: Callable[[], None]
    brake: Brake
    settle_s: float = 2.0
    notes: list[str] = field(default_factory=list)
    origin_id: str = ""
    overtaken: bool = False
    send_again: bool = False
    flow_id: str | None = None
    author: str | None = None

    @property
    def attempt_id(self) -> str:
        """A name of this step of this event and flow, the same in every attempt and every replay."""
        return derived_id(self.origin_id or self.run_id, self.step)

    async def prove(self, write: WriteSet) -> Receipt:
        """Bring the other side to ``write.wanted`` and prove it.

        Raises:
            InDoubtError: Whether something was written could not be found out; tried again later, by
                looking it up first.
            RejectedError: Refused; the receipt says so.
            HeldError: Read back, it holds another amount of money than was sent.
        """
        intent_id = derived_id(self.run_id, self.step, write.kind, write.reference)
        attempts, settled = await self._prepare(intent_id, write)
        if settled is not None and _still_good(settled, write):
            self._note(write, settled)
            return settled
        before = None if write.known_absent and attempts == 1 else await write.read()
        faults.reach("write.looked_up")
        if self.overtaken and before is not None:
            return await self._leave(intent_id, before)
        actual, doubts, sends = before, 0, 0
        await self._no_fight(intent_id, write, before)
        while not agrees(write.wanted, actual) and sends < _SENDS:
            self.still_ours()
            faults.reach("write.sending")
            permit = before_sending.set(self.brake.permit(self.still_ours))
            try:
                await write.send(actual)
                sends += 1
            except (InDoubtError, RejectedError) as error:
                if isinstance(error, RejectedError) and not _no_refusal(error):
                    await self._settle(intent_id, write, REFUSED, before, None)
                    raise
                doubts += 1
                if doubts >= _DOUBTS:
                    await self._settle(intent_id, write, IN_DOUBT, before, actual, final=False)
                    if isinstance(error, InDoubtError):
                        raise
                    raise InDoubtError(str(error), cause=error.cause) from error
                log.warning("a write is in doubt and is looked up", kind=write.kind, reason=error.cause)
                # The write may still be under way over there; looking too soon would find nothing.
                await asyncio.sleep(self.settle_s * doubts)
            finally:
                before_sending.reset(permit)
            faults.reach("write.sent")
            actual = await write.read()
            if actual is None and sends:
                # Created, they said, and yet it cannot be found: creating it again could make it two.
                break
        faults.reach("write.read_back")
        verdict = _verdict(write.wanted, before, actual, sent=bool(sends or doubts))
        if sends or doubts:
            # Before the receipt: a crash in between must not make our own write somebody else's.
            await self._remember(write, before, actual)
        receipt = await self._settle(intent_id, write, verdict, before, actual)
        _refuse_other_money(write, receipt.differences)
        self._note(write, receipt)
        return receipt

    async def once(
        self, system: str, kind: str, shown: JsonObject, send: Callable[[], Awaitable[Any]]
    ) -> Any:
        """Make a call whose effect cannot be read back, at most once for each step of a run and of its replays.

        Returns:
            The answer; that of an earlier attempt, where there was one.

        Raises:
            HeldError: It was sent before and its outcome is unknown.
        """
        intent_id = derived_id((not self.send_again and self.origin_id) or self.run_id, self.step, kind)
        # Nothing over there carries a name of ours, so no other run's attempt can be taken for this one.
        write = Unproved(system, kind, intent_id, shown)
        attempts, settled = await self._prepare(intent_id, write)
        if settled is not None and settled.verdict == ANSWERED:
            return self._earlier_answer(system, shown, settled)
        if attempts > 1 and (settled is None or settled.verdict != REFUSED):
            raise HeldError(
                f"{_who(system)} {shown.get('method')} {shown.get('path')} was sent by an earlier attempt and "
                "nobody knows whether it was carried out; look there, then go on from the next step or start anew",
                cause="write.outcome_unknown",
            )
        self.still_ours()
        permit = before_sending.set(self.brake.permit(self.still_ours))
        try:
            answer = await send()
        except RejectedError:
            await self._settle(intent_id, write, REFUSED, None, None)
            raise
        except InDoubtError as error:
            await self._settle(intent_id, write, IN_DOUBT, None, None, final=False)
            raise HeldError(
                f"{error} What it did cannot be read back by itself: look there, then go on from the next step",
                cause="write.outcome_unknown",
            ) from error
        except (TransientError, ReconnectError, FlowError, SetupError):
            # Nothing was changed over there, so the next attempt is as good as the first.
            async with self.db.begin() as tx:
                await writes.withdraw(tx, self.lane, intent_id)
            raise
        finally:
            before_sending.reset(permit)
        await self._settle(intent_id, write, ANSWERED, None, {"answer": redact(answer)})
        return answer

    def _note(self, write: WriteSet, receipt: Receipt) -> None:
        if receipt.verdict != IGNORED or receipt.read_back is None:
            return
        names = ", ".join(str(item["field"]) for item in receipt.differences)
        log.warning("fields were ignored", kind=write.kind, target_id=receipt.target_id, fields=names)
        self.notes.append(
            f"step {self.step}: {title(write.system)} took the {write.kind.rpartition('.')[2]} {receipt.target_id} and "
            f"kept {names} as it was: there it is read-only, or was removed. 'orderbridge flows fields' shows what the "
            "account has; change the mapping or the field, and replay"
        )

    @staticmethod
    def _earlier_answer(system: str, shown: JsonObject, settled: Receipt) -> Any:
        answer = (settled.read_back or {}).get("answer")
        if holds_hidden(answer):
            raise HeldError(
                f"{_who(system)} {shown.get('method')} {shown.get('path')} was sent and answered before, and parts "
                "of the answer were too secret to keep; go on from the next step, or replay it and let it be sent "
                "again",
                cause="write.answer_not_kept",
            )
        return answer

    async def _leave(self, intent_id: str, before: JsonObject) -> Receipt:
        """Keep what is over there: a newer state than ours is known, and its own run carries it over."""
        async with self.db.begin() as tx:
            await writes.withdraw(tx, self.lane, intent_id)
        log.info("an overtaken run leaves a record as it is", intent_id=intent_id)
        return Receipt(
            intent_id=intent_id, target_id=before.get("id"), verdict=UNCHANGED, before=before, sent={},
            read_back=before, differences=[],
        )  # fmt: skip

    async def _no_fight(self, intent_id: str, write: WriteSet, before: JsonObject | None) -> None:
        """Look whether this write would go on rewriting what another flow wrote.

        Raises:
            HeldError: It would, for the second time.
        """
        place = self.connections.get(write.system)
        if self.author is None or place is None or before is None or not before.get("id"):
            return
        changed = _changed(write.wanted, before)
        if not changed:
            return
        record = (place, write.system, write.kind, str(before["id"]))
        values = {name: write.wanted[name] for name in changed}
        try:
            async with self.db.read() as tx:
                await bounces.refuse(tx, *record, values, author=self.author)
        except bounces.BounceError as error:
            async with self.db.begin() as tx:
                await bounces.forgive(tx, *record, error.field)
                # Nothing was sent, so nothing is in doubt.
                await writes.withdraw(tx, self.lane, intent_id)
            raise

    async def _remember(self, write: WriteSet, before: JsonObject | None, actual: JsonObject | None) -> None:
        """Keep what a flow wrote, so that it is known again when it comes back as a change."""
        place = self.connections.get(write.system)
        if self.author is None or place is None or actual is None or not actual.get("id"):
            return
        # The whole record where the write has read it, else what it shows of it.
        found: JsonObject = getattr(write, "found", None) or actual
        async with self.db.begin() as tx:
            await echo.remember(
                tx, place, write.system, write.kind, str(actual["id"]),
                wanted=write.wanted, found=found, created=before is None,
                changed=_changed(write.wanted, before or {}), author=self.author,
            )  # fmt: skip

    async def _prepare(self, intent_id: str, write: WriteSet) -> tuple[int, Receipt | None]:
        async with self.db.read() as tx:
            result = await writes.prepare(
                tx,
                self.lane,
                intent_id=intent_id,
                run_id=self.run_id,
                connection_id=self.connections.get(write.system, write.system),
                kind=write.kind,
                reference=write.reference,
                wanted=write.wanted,
            )
        faults.reach("write.prepared")
        return result

    async def _settle(
        self,
        intent_id: str,
        write: WriteSet,
        verdict: str,
        before: JsonObject | None,
        actual: JsonObject | None,
        *,
        final: bool = True,
    ) -> Receipt:
        receipt = Receipt(
            intent_id=intent_id,
            target_id=(actual or before or {}).get("id"),
            verdict=verdict,
            before=before,
            sent=write.wanted,
            read_back=actual,
            differences=differences(write.wanted, actual) if verdict not in (REFUSED, ANSWERED) else [],
        )
        entries = self._entries(write, actual) if final and actual is not None else []
        async with self.db.read() as tx:
            await writes.settle(
                tx,
                self.lane,
                receipt,
                run_id=self.run_id,
                connection_id=self.connections.get(write.system, write.system),
                kind=write.kind,
                reference=write.reference,
                final=final,
                entries=entries,
            )
        faults.reach("write.settled")
        return receipt

    def _entries(self, write: WriteSet, actual: JsonObject) -> list[Entry]:
        lines = money_lines.of_act(write.kind, write.reference, actual, getattr(write, "currency", None))
        return ledger.entries_of(
            lines, record_kind=write.kind, record_id=write.reference, revision=self.revision
        )


@dataclass(slots=True)
class Unproved:
    """What was about to be sent by ``Writer.once``, for the journal."""

    system: str
    kind: str
    reference: str
    wanted: JsonObject
    known_absent: bool = True

    async def read(self) -> JsonObject | None:
        """Nothing can be read back."""
        return None

    async def send(self, actual: JsonObject | None) -> None:
        """Sending is the caller's."""


def _who(system: str) -> str:
    # What is no connector's goes to somebody whose name we do not know.
    return "The request" if system == "core" else title(system)


def _no_refusal(error: RejectedError) -> bool:
    # A part of a batch that the server failed on, or had no time for: asking again may well help.
    return error.status is not None and (error.status >= 500 or error.status in (408, 429))


def same_content(one: JsonObject, other: JsonObject) -> bool:
    """Tell whether two contents are equal once they were stored."""
    return fingerprint(jsonio.decode(jsonio.encode(one))) == fingerprint(jsonio.decode(jsonio.encode(other)))


def holds_hidden(value: Any) -> bool:
    """Tell whether a secret was taken out of ``value`` before it was stored."""
    if isinstance(value, dict):
        return any(holds_hidden(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_hidden(item) for item in value)
    return isinstance(value, str) and HIDDEN in value


def agrees(wanted: JsonObject, actual: JsonObject | None) -> bool:
    """Tell whether the other side holds everything that is wanted, and nothing of ours too much."""
    return actual is not None and not differences(wanted, actual)


def differences(wanted: JsonObject, actual: JsonObject | None) -> list[JsonObject]:
    """List the fields in which ``actual`` is not what is wanted."""
    if actual is None:
        return [{"field": key, "wanted": value, "found": None} for key, value in wanted.items()]
    found: list[JsonObject] = []
    for key, value in wanted.items():
        if not _same(value, actual.get(key)):
            found.append({"field": key, "wanted": value, "found": actual.get(key)})
    if actual.get("surplus_lines"):
        found.append({"field": "surplus_lines", "wanted": 0, "found": actual["surplus_lines"]})
    return found


def _changed(wanted: JsonObject, before: JsonObject) -> list[str]:
    return [item["field"] for item in differences(wanted, before) if item["field"] in wanted]


def _same(wanted: Any, found: Any) -> bool:
    if wanted == found or (wanted in (None, "") and found in (None, "")):
        return True
    if isinstance(wanted, dict | list | Decimal):
        return fingerprint(wanted) == fingerprint(found)
    if isinstance(wanted, str) and isinstance(found, str):
        return wanted.strip().casefold() == found.strip().casefold() if "@" in wanted else wanted == found
    return False


def _verdict(wanted: JsonObject, before: JsonObject | None, actual: JsonObject | None, *, sent: bool) -> str:
    if agrees(wanted, actual):
        return CONFIRMED if sent else UNCHANGED
    if actual is None:
        return IGNORED
    kept = [
        item
        for item in differences(wanted, actual)
        if item["found"] in (None, "")
        or (before is not None and _same(before.get(item["field"]), item["found"]))
    ]
    return IGNORED if kept else ALTERED


def _about_money(found: list[JsonObject]) -> list[JsonObject]:
    return [item for item in found if item["field"] in _MONEY_FIELDS]


def _refuse_other_money(write: WriteSet, found: list[JsonObject]) -> None:
    wrong = _about_money(found)
    if not wrong:
        return
    item = wrong[0]
    raise HeldError(
        f"{title(write.system)} {write.kind} for {write.reference} does not hold what was sent: {item['field']} is "
        f"{_short(item['found'])} and should be {_short(item['wanted'])}. It was sent twice. Correct it "
        "there, or check what changes it there, and replay",
        cause=f"write.money_differs.{write.kind}",
    )


def _still_good(settled: Receipt, write: WriteSet) -> bool:
    # A person may have changed since what the step is given.
    return (
        settled.verdict != REFUSED
        and not _about_money(settled.differences)
        and same_content(settled.sent, write.wanted)
    )


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"
