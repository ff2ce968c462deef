"""Trying dead letters again, and proving how all of them ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderbridge.core import causes
from orderbridge.core.errors import FlowError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import faults
from orderbridge.engine.replay import look_again
from orderbridge.engine.runtime import Runtime
from orderbridge.store import replays
from orderbridge.store.replays import Replay

_BATCH = 500
PROVED, UNPROVED, NOTHING = "proved", "unproved", "nothing"
STOPPED, CANCELLED, WAITS, OPEN = "stopped", "cancelled", "waits", "open"
OUTCOMES = (PROVED, UNPROVED, NOTHING, STOPPED, CANCELLED, WAITS, OPEN)
# Their money waits for nobody any more.
_DONE = (PROVED, UNPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Those of a replay that ended alike.

    Attributes:
        outcome: As ``store.replays.outcomes`` says.
        cause: Of those that stopped again.
        reason: Of one of them.
        example: Id of one of them.
        money: Currency → what they held.
    """

    outcome: str
    cause: str | None
    count: int
    reason: str | None
    example: str
    money: dict[str, Decimal]

    def as_object(self) -> JsonObject:
        """The part as JSON, amounts as text."""
        shown: JsonObject = {
            "outcome": self.outcome,
            "cause": self.cause,
            "count": self.count,
            "example": self.example,
            "reason": self.reason,
            "money": {currency: str(amount) for currency, amount in sorted(self.money.items())},
        }
        return shown | ({"todo": causes.advice(self.cause).todo} if self.outcome == STOPPED else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a replay stands or ended.

    Attributes:
        replay_id: Its id.
        cause: Of what was taken up; None for everything.
        parts: By how they ended.
    """

    replay_id: str
    cause: str | None
    parts: Sequence[Part] = field(default_factory=list)

    def count(self, *outcomes: str) -> int:
        """How many ended so."""
        return sum(part.count for part in self.parts if part.outcome in outcomes)

    @property
    def taken(self) -> int:
        """How many were taken up."""
        return sum(part.count for part in self.parts)

    @property
    def released(self) -> dict[str, Decimal]:
        """Currency → the money of what is done."""
        return self._money(*_DONE)

    @property
    def held(self) -> dict[str, Decimal]:
        """Currency → the money of what is not."""
        return self._money(*(set(OUTCOMES) - set(_DONE)))

    @property
    def ended(self) -> bool:
        """Whether nothing of it is open; what waits for its time or an account is not."""
        return self.count(OPEN) == 0

    @property
    def repaired(self) -> bool:
        """Whether nothing stopped again and nothing is open."""
        return self.count(STOPPED, OPEN) == 0

    def _money(self, *outcomes: str) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for part in self.parts:
            if part.outcome in outcomes:
                for currency, amount in part.money.items():
                    found[currency] = found.get(currency, Decimal(0)) + amount
        return found

    def as_object(self) -> JsonObject:
        """The report as JSON, amounts as text."""
        return {
            "replay": self.replay_id,
            "cause": self.cause,
            "taken": self.taken,
            "ended": self.ended,
            **{outcome: self.count(outcome) for outcome in OUTCOMES},
            "released": {currency: str(amount) for currency, amount in sorted(self.released.items())},
            "held": {currency: str(amount) for currency, amount in sorted(self.held.items())},
            "parts": [part.as_object() for part in self.parts],
        }


async def start(
    runtime: Runtime,
    *,
    cause: str | None,
    by: str,
    on_batch: Callable[[int], None] = lambda _count: None,
) -> Replay:
    """Let everything that stopped for a cause go on from where it stopped; all that stopped for all causes with None.

    A replay that was interrupted goes on with what is left, and answers for what it had taken up before.

    Args:
        runtime: The opened accounts.
        cause: Of the dead letters.
        by: Who wants it.
        on_batch: Told how many were taken up so far.
    """
    replay = await _open_or_begin(runtime, cause, by)
    if replay.started and (await report(runtime, replay)).ended:
        # It had come to its end, and nobody had asked how.
        replay = await _open_or_begin(runtime, cause, by)
    total = await _count(runtime, replay)
    while True:
        async with runtime.db.begin() as tx:
            taken, lanes = await replays.take_up(tx, replay, limit=_BATCH)
            # In the same transaction: what was taken up is worked on, whenever this process is killed.
            await look_again(tx, random_id, lanes)
        if not taken:
            return replay
        faults.reach("replay.taken_up")
        total += taken
        on_batch(total)


async def _open_or_begin(runtime: Runtime, cause: str | None, by: str) -> Replay:
    async with runtime.db.begin() as tx:
        return await replays.open_or_begin(tx, new_id=random_id(), cause=cause, asked_by=by)


async def _count(runtime: Runtime, replay: Replay) -> int:
    async with runtime.db.read() as tx:
        return await replays.count(tx, replay.id)


async def still_open(runtime: Runtime, replay: Replay) -> int:
    """How many of a replay are still worked on."""
    async with runtime.db.read() as tx:
        return await replays.open_count(tx, replay.id)


async def report(runtime: Runtime, replay: Replay) -> Report:
    """Say how everything that a replay took up ended; once nothing is open, that is kept."""
    async with runtime.db.begin() as tx:
        parts = [_part(row) for row in await replays.outcomes(tx, replay.id)]
        found = Report(replay_id=replay.id, cause=replay.cause, parts=parts)
        now = await replays.one(tx, replay.id)
        # One that is still being started has nothing open for a moment only.
        if now is not None and now.started and now.report is None and found.ended:
            await replays.end(tx, replay.id, found.as_object())
    return found


def _part(row: dict[str, Any]) -> Part:
    money = {currency: Decimal(amount) for currency, amount in row["money"].items()}
    return Part(**row | {"money": money})


async def shown(runtime: Runtime, replay_id: str) -> JsonObject:
    """Return a replay's report: how it stands, or as it was kept when it ended.

    Raises:
        FlowError: There is no such replay.
    """
    async with runtime.db.read() as tx:
        replay = await replays.one(tx, replay_id)
    if replay is None:
        raise FlowError(f"there is no replay {replay_id!r} of dead letters", cause="replay.missing")
    return replay.report or (await report(runtime, replay)).as_object()
