"""The kill switch: after two seconds nobody writes any more; after the resume nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from orderbridge.core.clock import SystemClock
from orderbridge.core.errors import TransientError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import brake, operations
from orderbridge.engine.brake import Brake
from orderbridge.engine.writes import Writer
from orderbridge.store import connections, lanes, switches
from orderbridge.store.database import Database
from orderbridge.store.switches import WritesPausedError
from support.effects import count, people
from support.worker_process import WorkerProcess
from support.world import ACT, MakeWorld, World, until

PROMISED_S = 2.0


async def pause(world: World) -> None:
    async with world.db.begin() as tx:
        await brake.pause(tx)


async def resume(world: World) -> None:
    async with world.db.begin() as tx:
        await brake.resume(tx)


async def written(world: World) -> dict[str, int]:
    """Count the calls that changed something, on both twins, by route; the parts of a batch are counted each."""
    act = (await world.act_truth("requests"))["requests"]["by_route"]
    ghl = (await world.ghl_truth("requests"))["requests"]
    found = {**act, **{label: sum(statuses.values()) for label, statuses in ghl.items()}}
    return {
        label: number
        for label, number in found.items()
        if not label.startswith("GET ")
        and "_twin" not in label
        and "/search" not in label
        and not label.endswith("/api/$batch")
    }


@pytest.mark.skipif(sys.platform == "win32", reason="stops processes with SIGKILL")
async def test_two_busy_processes_send_nothing_later_than_two_seconds_after_the_pause(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    async with make_world() as world:
        before = people(await world.act_truth("contacts"))
        environment = world.environment | {
            "ORDERBRIDGE_SWEEP_INTERVAL_S": "0.3",
            "ORDERBRIDGE_POLL_INTERVAL_S": "600",
            "ORDERBRIDGE_LOG_LEVEL": "warning",
        }
        await world.sell(60)
        await world.poll()
        # Every set of writes takes its time, so that many are under way when the command comes.
        await world.faults("act", slow_s=0.1)
        workers = [
            await WorkerProcess.start(environment, tmp_path / f"worker{number}.log") for number in range(2)
        ]
        try:

            async def busy() -> bool:
                return len(await world.rows("SELECT 1 FROM receipts")) >= 20

            await until(busy)
            await pause(world)
            await asyncio.sleep(PROMISED_S)
            at_two_seconds = await written(world)
            await world.sell(3)
            await world.poll()

            async def at_rest() -> bool:
                return not await world.rows("SELECT 1 FROM lanes WHERE owner IS NOT NULL")

            await until(at_rest)
            waiting = await world.rows("SELECT reason FROM lanes WHERE queued AND retry_at IS NOT NULL")
            assert waiting
            assert {row["reason"] for row in waiting} == {switches.PAUSED_REASON}
            # Intake goes on: what was sold meanwhile has been stored.
            assert len(await world.rows("SELECT 1 FROM inbox WHERE kind = 'order'")) == 63
            assert await written(world) == at_two_seconds
            await world.faults("act", slow_s=0)
            await resume(world)
            await world.idle()
        finally:
            for worker in workers:
                await worker.kill()
        effects = await count(world, people_before=before)
        assert (effects.lost, effects.duplicates, effects.wrong, effects.dead) == ([], [], [], [])
        assert effects.truth.orders == 63
        assert effects.truth.totals["ghl"] == effects.truth.totals["act"]


class MovedClock(SystemClock):
    """The machine's clock, moved on when told."""

    def __init__(self) -> None:
        self.moved_s = 0.0

    def monotonic_s(self) -> float:
        return time.monotonic() + self.moved_s


class Three:
    """Three contacts to write; after the first somebody pauses (a ``WriteSet``)."""

    system = "act"
    kind = "contact"
    reference = "three"
    wanted: JsonObject = {"count": 3}
    known_absent = False

    def __init__(self, client: Any, then: Callable[[], Awaitable[None]]) -> None:
        self.client, self.then = client, then

    async def read(self) -> JsonObject | None:
        found = [row async for row in self.client.rows("/api/contacts", filter="lastName eq 'Halted'")]
        return (
            {"id": found[0]["id"], "count": len(found), "names": [row["firstName"] for row in found]}
            if found
            else None
        )

    async def send(self, actual: JsonObject | None) -> None:
        for name in ("One", "Two", "Three"):
            if actual is None or name not in actual["names"]:
                body = {"firstName": name, "lastName": "Halted"}
                await self.client.http.call("POST", "/api/contacts", body=body)
                await self.then()


@pytest.fixture
async def held(make_world: MakeWorld) -> Any:
    clock = MovedClock()
    async with make_world(clock=clock, flows=()) as world:
        await world.db.pool.execute(
            "INSERT INTO lanes (key, connection_id, kind, record_id, queued) VALUES ('k', 'c', 'order', 'o', true)"
        )
        async with world.db.begin() as tx:
            lane = await lanes.take(tx, "k", owner="w", lease_s=300)
        assert lane is not None
        writer = Writer(
            db=world.db, lane=lane, run_id="r", step="s", connections={"act": world.connections[ACT]},
            revision=1, still_ours=lambda: None, brake=world.application.runtime.brake, settle_s=0.01,
        )  # fmt: skip
        yield world, writer, clock


async def test_a_set_of_writes_stops_between_two_of_its_calls_and_is_finished_later(held: Any) -> None:
    world, writer, clock = held
    client = await world.application.runtime.act(world.connections[ACT])

    async def now_paused() -> None:
        await pause(world)
        clock.moved_s += 1.0

    async def names() -> list[str]:
        rows = (await world.act_truth("contacts"))["contacts"]
        return [row["firstName"] for row in rows if row["lastName"] == "Halted"]

    with pytest.raises(WritesPausedError):
        await writer.prove(Three(client, now_paused))
    assert await names() == ["One"]
    await resume(world)
    clock.moved_s += 1.0

    async def go_on() -> None:
        return None

    receipt = await writer.prove(Three(client, go_on))
    assert receipt.verdict == "confirmed"
    assert await names() == ["One", "Two", "Three"]


async def test_a_call_that_cannot_be_read_back_is_taken_back_and_can_be_made_later(held: Any) -> None:
    world, writer, clock = held
    client = await world.application.runtime.act(world.connections[ACT])
    sent = 0

    async def send() -> Any:
        nonlocal sent
        await client.http.call("POST", "/api/contacts", body={"firstName": "A", "lastName": "Halted"})
        sent += 1

    async def send_too_late() -> Any:
        await pause(world)
        clock.moved_s += 1.0
        await send()

    with pytest.raises(WritesPausedError):
        await writer.once("act", "thing", {"method": "POST", "path": "/x"}, send_too_late)
    assert sent == 0
    assert await world.rows("SELECT 1 FROM intents") == []
    await resume(world)
    clock.moved_s += 1.0
    await writer.once("act", "thing", {"method": "POST", "path": "/x"}, send)
    assert sent == 1


async def test_calls_by_hand_and_messages_are_refused_while_writes_are_paused(held: Any) -> None:
    world, _, clock = held
    runtime = world.application.runtime
    async with world.db.begin() as tx:
        accounts = [await connections.by_name(tx, ACT, system="act")]
    before = await written(world)
    await pause(world)
    clock.moved_s += 1.0
    for ref, given in (
        ("act.company.create", {"name": "Paused"}),
        ("core.http.request", {"method": "POST", "url": "https://example.com/x"}),
        ("core.notify.send", {"channel": "team", "text": "hello"}),
    ):
        with pytest.raises(WritesPausedError, match="orderbridge resume"):
            await operations.call(
                runtime, ref, given, accounts, allowed=["messages_people", "moves_money", "deletes"]
            )
    assert await written(world) == before
    # What only reads goes on.
    assert (await operations.call(runtime, "act.user.list", {}, accounts))["rows"]


async def test_where_the_switch_cannot_be_read_nothing_is_sent(held: Any) -> None:
    world, _, clock = held
    gone = await Database.open(world.settings.database_url, pool_size=2)
    await gone.close()
    with pytest.raises(TransientError, match="nothing was sent"):
        await Brake(gone, clock).check()


async def test_the_command_and_its_undoing_are_seen_in_the_status(held: Any) -> None:
    world, *_ = held
    async with world.hooks() as url:

        async def status() -> Any:
            async with world.http.get(f"{url}/api/status") as answer:
                return (await answer.json())["writes_paused"]

        async def metric() -> str:
            async with world.http.get(f"{url}/metrics") as answer:
                lines = (await answer.text()).splitlines()
            return next(line for line in lines if line.startswith("orderbridge_writes_paused"))

        token = await new_token(world)
        assert await status() is False
        async with world.http.post(f"{url}/api/pause") as answer:
            assert answer.status == 401
        for path, paused in (("pause", True), ("pause", True), ("resume", False)):
            headers = {"Authorization": f"Bearer {token}"}
            async with world.http.post(f"{url}/api/{path}", headers=headers) as answer:
                assert answer.status == 200
                assert (await answer.json())["writes_paused"] is paused
            assert await status() is paused
            assert await metric() == f"orderbridge_writes_paused {float(paused)}"


async def new_token(world: World) -> str:
    from orderbridge.store import api_tokens

    async with world.db.begin() as tx:
        return str(await api_tokens.create(tx, random_id, name="test"))
