"""The plan of a connection: what is known from the last looks and the permitted rate, made into intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.listening import Listening, listening
from orderbridge.engine.runtime import Runtime
from orderbridge.store import budgets, checkpoints, flows
from orderbridge.store.budgets import Allowance
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.sync import act_streams, ghl_streams
from orderbridge.sync.ages import DATED, INTERVALS, MONTH, OLDER, RECENT, Load, Paces, Plan, plan
from orderbridge.sync.rows import Stream
from orderbridge.sync.streams import Checkpoint

FULFILMENTS = "fulfilments"
SETTING = "polling"
# A round begins at its time to within this; a look is not put off for a whole round because of less.
_SLACK = timedelta(seconds=2)


class Pacing:
    """How often everything of a connection is looked at.

    Attributes:
        listening: What its flows listen to.
        streams: The lists to look at.
        checkpoints: How far each was read.
        paces: What is wanted.
        plan: What the budget makes of it.
    """

    def __init__(
        self,
        connection: Connection,
        wanted: Listening,
        stored: Mapping[str, tuple[JsonObject, int]],
        allowance: Allowance,
        *,
        recent_s: float,
    ) -> None:
        self.listening = wanted
        self.streams = streams_of(connection.system, wanted)
        self.checkpoints = {
            name: Checkpoint(connection.id, name, *stored.get(name, ({}, 0)))
            for name in (*(item.name for item in self.streams), FULFILMENTS)
        }
        self.paces = paces_of(connection, recent_s=recent_s)
        permitted = allowance.per_day
        self.plan: Plan = plan(
            self._loads(), allowed_per_day=None if permitted is None else permitted * self.paces.share
        )

    @classmethod
    async def of(cls, tx: Tx, runtime: Runtime, connection: Connection) -> Pacing:
        """Read what is known of a connection."""
        return cls(
            connection,
            listening(await flows.enabled_for(tx, connection.id)),
            await checkpoints.of(tx, connection.id),
            await budgets.permitted(tx, connection),
            recent_s=runtime.poll_interval_s,
        )

    def is_due(self, stream: Stream, age: str, now: datetime) -> bool:
        """Whether it is time to look at a class of a stream."""
        due_at = self.due_at(stream.name, age)
        return due_at is None or now >= due_at - _SLACK

    def due_at(self, stream: str, age: str) -> datetime | None:
        """When a class of a stream is looked at next; None before the first time: now."""
        read_at = self.checkpoints[stream].read_at(age)
        interval_s = self.plan.interval_s(stream, age)
        return None if read_at is None or interval_s is None else read_at + timedelta(seconds=interval_s)

    def with_parts(self) -> Stream | None:
        """The list whose records have parts that are in no list, where a flow listens to those."""
        return next((item for item in self.streams if item.parts in self.listening.kinds), None)

    def parts_of_age(self, age: str) -> int | None:
        """How many records of an age are read again for their parts; None before the first look."""
        owner = self.with_parts()
        if owner is None:
            return None
        # A look at a class covers the narrower ones: what is older than those is left.
        upto = [self.checkpoints[owner.name].rows(one) for one in DATED]
        place = DATED.index(age)
        mine, narrower = upto[place], upto[place - 1] if place else 0
        return None if mine is None or narrower is None else max(0, mine - narrower)

    def _loads(self) -> list[Load]:
        found = []
        for stream in self.streams:
            for age in stream.ages:
                rows = self.checkpoints[stream.name].rows(age)
                found.append(
                    Load(
                        stream=stream.name,
                        age=age,
                        rows=rows,
                        calls=stream.calls(rows),
                        wanted_s=self.paces.wanted_s(age, parts=False),
                    )
                )
        if self.with_parts() is not None:
            for age in (RECENT, MONTH, OLDER):
                rows = self.parts_of_age(age)
                found.append(
                    Load(
                        stream=FULFILMENTS,
                        age=age,
                        rows=rows,
                        calls=rows or 0,
                        wanted_s=self.paces.wanted_s(age, parts=True),
                        parts=True,
                    )
                )
        return found


def streams_of(system: str, wanted: Listening) -> Sequence[Stream]:
    """Return the lists to look at: those that flows listen to, and those that are looked at always."""
    every = ghl_streams.STREAMS if system == "ghl" else act_streams.streams(wanted)
    return [item for item in every if item.listened is None or item.listened in wanted.kinds]


def paces_of(connection: Connection, *, recent_s: float) -> Paces:
    """Return what a connection's owner wants.

    Args:
        connection: Whose settings.
        recent_s: For recent records where they say nothing.
    """
    stored = connection.config.get(SETTING, {})
    given = {name: float(stored[name]) for name in (*INTERVALS, "share") if name in stored}
    return Paces(**({"recent_s": max(recent_s, 5.0)} | given))
