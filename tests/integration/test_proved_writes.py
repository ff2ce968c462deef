"""Proved writes against a provider that loses answers, rewrites, drops, refuses, and a process that dies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderbridge.core.clock import SystemClock
from orderbridge.core.errors import HeldError, InDoubtError, OrderBridgeError, RejectedError, TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.brake import Brake
from orderbridge.engine.writes import Writer
from orderbridge.store import lanes, migrate
from orderbridge.store.database import Database
from support.postgres import ScratchPostgres

# What happens to one call that writes.
ACCIDENTS = (
    "none", "lost before", "lost after", "late", "altered", "dropped", "refused", "unavailable", "died before",
    "died after",
)  # fmt: skip
SETTLE_S = 0.004


class DiedError(BaseException):
    """The process ended here."""


@dataclass
class Provider:
    """What the other side holds, and what goes wrong there next."""

    accidents: list[str]
    rows: list[JsonObject] = field(default_factory=list)
    under_way: list[asyncio.Task[None]] = field(default_factory=list)
    created_while_there: int = 0
    looked: int = 0

    def find(self, reference: str) -> JsonObject | None:
        self.looked += 1
        return next((dict(row) for row in self.rows if row["reference"] == reference), None)

    def store(self, reference: str, values: JsonObject, *, create: bool) -> None:
        known = next((row for row in self.rows if row["reference"] == reference), None)
        if known is None or create:
            # A provider without idempotency keys creates whatever it is told to create.
            self.created_while_there += known is not None
            self.rows.append({"id": str(len(self.rows) + 1), "reference": reference} | values)
        else:
            known.update(values)

    async def take(self, reference: str, values: JsonObject, *, create: bool) -> None:
        accident = self.accidents.pop(0) if self.accidents else "none"
        if accident == "died before":
            raise DiedError
        if accident == "lost before":
            raise InDoubtError("nothing was done", cause="test")
        if accident == "refused":
            raise RejectedError("not like this", cause="test", status=422)
        if accident == "unavailable":
            raise TransientError("come again", cause="test")
        if accident == "late":
            self.under_way.append(asyncio.create_task(self._later(reference, values, create=create)))
            # Its time runs before that of whoever waits for it, however busy the machine is.
            await asyncio.sleep(0)
            raise InDoubtError("it is still being done", cause="test")
        if accident == "altered":
            values = values | {"name": "SHOUTED"}
        if accident == "dropped":
            values = {key: value for key, value in values.items() if key != "name"}
        self.store(reference, values, create=create)
        if accident == "lost after":
            raise InDoubtError("it was done", cause="test")
        if accident == "died after":
            raise DiedError

    async def _later(self, reference: str, values: JsonObject, *, create: bool) -> None:
        await asyncio.sleep(SETTLE_S / 4)
        self.store(reference, values, create=create)


@dataclass
class Card:
    """One record to write (a ``WriteSet``)."""

    provider: Provider
    reference: str
    wanted: JsonObject
    known_absent: bool = True
    kind: str = "card"
    system: str = "act"

    async def read(self) -> JsonObject | None:
        return self.provider.find(self.reference)

    async def send(self, actual: JsonObject | None) -> None:
        await self.provider.take(self.reference, self.wanted, create=actual is None)


async def writer(db: Database, run_id: str) -> Writer:
    async with db.begin() as tx:
        await tx.execute(
            "INSERT INTO lanes (key, connection_id, kind, record_id, queued) VALUES ('k', 'c', 'order', 'o', true)"
            " ON CONFLICT (key) DO UPDATE SET lease_until = NULL"
        )
        lane = await lanes.take(tx, "k", owner="w", lease_s=60)
    assert lane is not None
    return Writer(
        db=db,
        lane=lane,
        run_id=run_id,
        step="s",
        connections={"act": "c"},
        revision=1,
        still_ours=lambda: None,
        brake=Brake(db, SystemClock()),
        settle_s=SETTLE_S,
    )


async def carry_over(db: Database, provider: Provider, reference: str, *, run_id: str) -> Any:
    """Write as the engine does: again and again until there is an outcome."""
    wanted: JsonObject = {"name": "Ann", "total": Decimal("12.50")}
    for _ in range(20):
        try:
            return await (await writer(db, run_id)).prove(Card(provider, reference, wanted))
        except (DiedError, TransientError):
            # A new process, or the next try of this one.
            continue
        except RejectedError as error:
            return error
    raise AssertionError("it never came to an end")


@pytest.fixture(scope="module")
def database(scratch_postgres: ScratchPostgres) -> str:
    return asyncio.run(scratch_postgres.fresh_database(migrate.upgrade))


@pytest.fixture(scope="module")
def opened(database: str) -> Iterator[tuple[asyncio.Runner, Database]]:
    """A loop and a database for all examples: opening them each time would take longer than the examples."""
    with asyncio.Runner() as runner:
        db = runner.run(Database.open(database, pool_size=2))
        yield runner, db
        runner.run(db.close())


@settings(max_examples=150, deadline=None)
@given(accidents=st.lists(st.sampled_from(ACCIDENTS), max_size=6))
def test_whatever_goes_wrong_a_record_is_created_once_and_the_receipt_says_what_is_there(
    opened: tuple[asyncio.Runner, Database], accidents: list[str]
) -> None:
    runner, db = opened

    async def scenario() -> None:
        provider = Provider(list(accidents))
        reference = run_id = "t1"
        async with db.begin() as tx:
            for table in ("receipts", "intents", "ledger"):
                await tx.execute(f"DELETE FROM {table}")
        outcome = await carry_over(db, provider, reference, run_id=run_id)
        await asyncio.gather(*provider.under_way)
        assert provider.created_while_there == 0
        there = next((row for row in provider.rows if row["reference"] == reference), None)
        if isinstance(outcome, RejectedError):
            assert "refused" in accidents
            [row] = await db.pool.fetch("SELECT verdict FROM receipts")
            assert row["verdict"] == "refused"
            return
        assert there is not None
        as_wanted = there.get("name") == "Ann"
        assert (outcome.verdict in ("confirmed", "unchanged")) is as_wanted
        assert outcome.target_id == there["id"]
        [row] = await db.pool.fetch("SELECT verdict, read_back FROM receipts")
        assert row["verdict"] == outcome.verdict
        assert row["read_back"] == there
        # Asked once more, it sends nothing.
        calls = len(provider.rows)
        again = await (await writer(db, run_id)).prove(Card(provider, reference, outcome.sent))
        assert again.verdict == outcome.verdict
        assert len(provider.rows) == calls

    runner.run(scenario())


@pytest.fixture
async def db(database: str) -> Any:
    opened = await Database.open(database, pool_size=2)
    async with opened.begin() as tx:
        for table in ("receipts", "intents", "ledger"):
            await tx.execute(f"DELETE FROM {table}")
    yield opened
    await opened.close()


class Payment(Card):
    """A record whose text was cut on the other side, so that our line is gone from it."""

    async def read(self) -> JsonObject | None:
        found = await super().read()
        return None if found is None or found.get("name") == "SHOUTED" else found


async def test_what_was_created_but_cannot_be_read_back_is_not_created_again(db: Database) -> None:
    provider = Provider(["altered"])
    card = Payment(provider, "t1", {"name": "Ann", "total": Decimal(1)})
    with pytest.raises(HeldError):
        await (await writer(db, "r1")).prove(card)
    assert len(provider.rows) == 1
    [row] = await db.pool.fetch("SELECT verdict FROM receipts")
    assert row["verdict"] == "ignored"


class ShiftedMoney(Card):
    """A record whose amount the other side changes by a cent."""

    async def send(self, actual: JsonObject | None) -> None:
        self.provider.store(
            self.reference, self.wanted | {"total": self.wanted["total"] + 1}, create=actual is None
        )


@pytest.mark.parametrize("first", ["held for its amount", "died after sending", "never found out"])
async def test_a_later_state_looks_before_it_creates_when_an_earlier_run_came_to_no_good_end(
    db: Database, first: str
) -> None:
    wanted: JsonObject = {"name": "Ann", "total": Decimal(1)}
    accidents = {
        "held for its amount": [],
        "died after sending": ["died after"],
        "never found out": ["lost after"],
    }
    provider = Provider(list(accidents[first]))
    card_type = ShiftedMoney if first == "held for its amount" else Card
    earlier = await writer(db, "revision 1")
    if first == "never found out":
        # The look-up fails too, and the run is given up by the engine or by a person.
        card = Card(provider, "t1", wanted)
        card.read = _unreadable  # type: ignore[method-assign]
        with pytest.raises(OrderBridgeError):
            await earlier.prove(card)
    else:
        with pytest.raises((HeldError, DiedError)):
            await earlier.prove(card_type(provider, "t1", wanted))
    assert len(provider.rows) == 1
    # No link was saved, so the action believes that nothing is there.
    newer = Card(provider, "t1", wanted | {"total": Decimal(5)}, known_absent=True)
    receipt = await (await writer(db, "revision 2")).prove(newer)
    assert receipt.verdict == "confirmed"
    assert len(provider.rows) == 1


async def _unreadable() -> JsonObject | None:
    raise TransientError("not now", cause="test")


async def test_the_first_write_of_a_record_that_was_just_looked_for_does_not_look_again(db: Database) -> None:
    provider = Provider([])
    receipt = await (await writer(db, "r1")).prove(Card(provider, "t1", {"name": "Ann"}))
    assert receipt.verdict == "confirmed"
    assert provider.looked == 1


def test_a_call_that_cannot_be_proved_is_not_made_again_by_a_replay_unless_a_person_says_so(
    opened: tuple[asyncio.Runner, Database],
) -> None:
    runner, db = opened
    sent: list[str] = []

    async def send() -> JsonObject:
        sent.append("sent")
        return {"id": len(sent)}

    async def lost() -> JsonObject:
        sent.append("lost")
        raise InDoubtError("no answer", cause="lost")

    async def call(step: str, run_id: str, how: Any = send, **more: Any) -> Any:
        one = replace(await writer(db, run_id), step=step, **more)
        return await one.once("act", "message", {"method": "POST", "path": "/message"}, how)

    async def all_of_it() -> None:
        assert await call("known", "first run") == {"id": 1}
        # A crash after the answer was kept, and a replay: neither sends, both know the answer.
        assert await call("known", "first run") == {"id": 1}
        assert await call("known", "replay", origin_id="first run") == {"id": 1}
        assert await call("known", "replay", origin_id="first run", send_again=True) == {"id": 2}
        assert await call("known", "replay", origin_id="first run", send_again=True) == {"id": 2}
        with pytest.raises(HeldError):
            await call("doubted", "first run", lost)
        with pytest.raises(HeldError, match="nobody knows"):
            await call("doubted", "replay", origin_id="first run")
        assert sent == ["sent", "sent", "lost"]

    runner.run(all_of_it())
