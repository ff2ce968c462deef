"""Rounds of polling on a clock that a test moves, and records of any age in the twins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from orderbridge.core.clock import ManualClock, SystemClock
from orderbridge.sync import poll, promises
from orderbridge.sync.promises import Overview
from support.world import GHL, World


class SetClock(ManualClock):
    """A clock whose time moves only when a test says so; what is measured between two calls runs by itself."""

    def monotonic_s(self) -> float:
        """Seconds, those that it was moved by included."""
        return SystemClock().monotonic_s() + super().monotonic_s()


class MovedClock:
    """The machine's clock, moved on by a test: budgets and sessions need one that runs by itself."""

    def __init__(self, *, ahead: timedelta = timedelta()) -> None:
        self._system, self._ahead, self._moved_s = SystemClock(), ahead, 0.0
        self._began_s = self._system.monotonic_s()

    @property
    def by_itself_s(self) -> float:
        """Seconds that have passed on it without having been moved."""
        return self._system.monotonic_s() - self._began_s

    def now(self) -> datetime:
        """The time."""
        return self._system.now() + self._ahead + timedelta(seconds=self._moved_s)

    def monotonic_s(self) -> float:
        """Seconds, those that it was moved by included."""
        return self._system.monotonic_s() + self._moved_s

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``."""
        self._moved_s += seconds


async def a_round(world: World) -> list[poll.PollResult]:
    """What ``orderbridge serve`` does when a connection's time has come."""
    return await poll.poll_all(world.application.runtime, due_only=True)


async def looked_at(world: World) -> set[tuple[str, str]]:
    """Do a round; returns (list, class) of everything that was looked at."""
    results = await a_round(world)
    assert [item.error for item in results if item.error] == []
    return {(part.stream, part.age) for item in results for part in item.streams}


async def settled(world: World) -> None:
    """Do the first round, and one more so that everything has a mark."""
    await looked_at(world)
    await looked_at(world)


async def overview(world: World, name: str = GHL) -> Overview:
    """How a connection is polled."""
    async with world.db.begin() as tx:
        return await promises.of_name(tx, world.application.runtime, name)


async def deliveries(world: World, record_id: str) -> int:
    """How many deliveries a poll made of a record."""
    [row] = await world.rows(
        "SELECT count(*) AS n FROM inbox WHERE source = 'poll' AND record_id = $1", record_id
    )
    return int(row["n"])


async def found_within_s(
    world: World, clock: MovedClock, found: Callable[[], Any], *, at_most_s: float, round_s: float = 60
) -> float:
    """Do rounds until something is found; returns how many seconds of the clock it took."""
    passed_s = 0.0
    while not await found():
        assert passed_s < at_most_s, f"not found within {at_most_s} s"
        clock.advance(round_s)
        passed_s += round_s
        await looked_at(world)
    return passed_s


def made_at(world: World, order_id: str, at: datetime, *, table: str = "orders") -> None:
    """Let a record of the HighLevel twin be as old as that."""
    rows = getattr(world.sandbox.ghl, table)
    row = rows.get(order_id)
    rows.remove(row)
    row["createdAt"] = f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
    rows.add(row)
