"""How a connection is: degraded, recovered, due for a new token, paused by a person and resumed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import structlog

from orderbridge.accounts import health, pausing
from orderbridge.accounts.connecting import replace_secret
from orderbridge.connectors.base import Token
from orderbridge.core import log
from orderbridge.core.errors import ReconnectError, TransientError
from orderbridge.engine.health import ConnectionPausedError
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections, keys
from orderbridge.store.health import DEGRADED_AFTER
from orderbridge.store.tokens import StoredTokens
from support.command import orderbridge
from support.worker_process import WorkerProcess
from support.world import ACT, GHL, World, until

UNREACHABLE = TransientError("HighLevel GET /orders: no connection", cause="http.unreachable")


@pytest.fixture
def said(world: World) -> Iterator[list[dict[str, Any]]]:
    """What is logged while the test runs."""
    log.configure(level="info")
    with structlog.testing.capture_logs() as entries:
        yield entries  # type: ignore[misc]
    log.configure(level="error")


def about_connections(said: list[dict[str, Any]]) -> list[str]:
    return [entry["event"] for entry in said if entry["event"].startswith("a connection")]


async def shown(world: World, name: str) -> dict[str, Any]:
    async with world.db.begin() as tx:
        return (await health.of(tx, name, now=world.application.clock.now())).as_object()


async def set_paused(world: World, name: str, paused: bool) -> bool:
    async with world.db.begin() as tx:
        return await (pausing.pause if paused else pausing.resume)(tx, name)


async def calls(world: World, side: str) -> int:
    requests = (await (world.ghl_truth if side == "ghl" else world.act_truth)("requests"))["requests"]
    if side == "act":
        return sum(number for label, number in requests["by_route"].items() if "_twin" not in label)
    return sum(sum(found.values()) for label, found in requests.items() if "_twin" not in label)


# Degraded and back


async def test_an_account_that_cannot_be_reached_several_times_is_degraded_and_recovers_by_itself(
    world: World, said: list[dict[str, Any]]
) -> None:
    await world.faults("ghl", error_500_before=10_000)
    for _ in range(DEGRADED_AFTER - 1):
        await world.poll()
    before = await shown(world, GHL)
    assert (before["state"], before["failures"]) == ("ok", DEGRADED_AFTER - 1)
    await world.poll()
    await world.poll()
    broken = await shown(world, GHL)
    assert (broken["state"], broken["failures"]) == ("degraded", DEGRADED_AFTER + 1)
    assert "HighLevel" in broken["reason"]
    await world.faults("ghl", error_500_before=0)
    await world.poll()
    await world.poll()
    after = await shown(world, GHL)
    assert (after["state"], after["reason"], after["failures"]) == ("ok", None, 0)
    assert about_connections(said) == ["a connection is degraded", "a connection works again"]


async def test_lanes_that_cannot_reach_act_make_it_degraded_and_their_success_heals_it(
    world: World, said: list[dict[str, Any]]
) -> None:
    await world.sell(4)
    await world.poll()
    await world.faults("act", error_500_before=10_000)

    async def degraded() -> bool:
        return bool((await shown(world, ACT))["state"] == "degraded")

    async with world.working():
        await until(degraded)
        assert (await shown(world, GHL))["state"] == "ok"
        await world.faults("act", error_500_before=0)
        await world.idle()
    assert (await shown(world, ACT))["state"] == "ok"
    assert (await world.truth()).agrees
    assert about_connections(said) == ["a connection is degraded", "a connection works again"]


@pytest.mark.parametrize(
    "error",
    [
        TransientError("all writes are paused", cause="paused"),
        TransientError("another worker has it", cause="lane.lost"),
        TransientError("not readable yet", cause="read.not_found_yet"),
    ],
)
async def test_what_is_no_fault_of_the_account_does_not_count(world: World, error: TransientError) -> None:
    for _ in range(DEGRADED_AFTER + 1):
        await world.application.runtime.failed(world.connections[GHL], error)
    assert ((await shown(world, GHL))["state"], (await shown(world, GHL))["failures"]) == ("ok", 0)


async def test_a_broken_or_paused_connection_does_not_become_merely_degraded(world: World) -> None:
    runtime = world.application.runtime
    await runtime.broke(world.connections[GHL], ReconnectError("the token is not accepted"))
    await set_paused(world, ACT, True)
    for _ in range(DEGRADED_AFTER + 1):
        for name in (GHL, ACT):
            await runtime.failed(world.connections[name], UNREACHABLE)
    assert (await shown(world, GHL))["state"] == "reconnect"
    assert (await shown(world, GHL))["reason"] == "the token is not accepted"
    assert (await shown(world, ACT))["state"] == "paused"


async def test_what_others_found_degraded_is_theirs_to_take_back(world: World) -> None:
    runtime, connection_id = world.application.runtime, world.connections[ACT]
    async with world.db.begin() as tx:
        await connections.set_state(tx, connection_id, connections.DEGRADED, "its webhooks are suspended")
    for _ in range(DEGRADED_AFTER + 1):
        await runtime.failed(connection_id, UNREACHABLE)
    await runtime.works(connection_id)
    found = await shown(world, ACT)
    assert (found["state"], found["reason"]) == ("degraded", "its webhooks are suspended")
    assert found["failures"] == 0


async def test_an_open_session_elsewhere_does_not_hide_that_nobody_gets_in_any_more(world: World) -> None:
    clock = MovableClock()
    other = Runtime(db=world.db, box=world.application.runtime.box, clock=clock, rng=Random(1))
    await other.works(world.connections[ACT])
    await world.application.runtime.broke(world.connections[ACT], ReconnectError("wrong password"))
    clock.passed_s += 3600
    await other.works(world.connections[ACT])
    assert (await shown(world, ACT))["state"] == "reconnect"


class MovableClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.passed_s)

    def monotonic_s(self) -> float:
        return self.passed_s


async def test_the_connection_that_an_error_is_about_is_the_one_that_breaks(world: World) -> None:
    await world.sell(1)
    await world.poll()
    await set_paused(world, ACT, True)
    await until(lambda: world.pause_is_met(ACT))

    async def waits() -> bool:
        return bool(await world.rows("SELECT 1 FROM events WHERE outcome = 'waiting'"))

    await world.work_until(waits)
    # The run has both sides open; what it misses now is the way into HighLevel.
    await world.application.runtime.forget(world.connections[GHL])
    async with world.db.begin() as tx:
        for value in await keys.every(tx):
            if value.id == world.connections[GHL]:
                await keys.forget(tx, value, "dropped")
        await tx.execute("UPDATE connections SET state = 'ok'")

    async def broken() -> bool:
        return bool((await shown(world, GHL))["state"] == "reconnect")

    async with world.db.begin() as tx:
        await pausing.wake(tx, world.connections[ACT])
    await world.work_until(broken)
    assert (await shown(world, ACT))["state"] == "ok"


# Last success


async def test_the_last_success_is_kept_true_without_a_write_for_every_call(world: World) -> None:
    clock = MovableClock()
    runtime = Runtime(db=world.db, box=world.application.runtime.box, clock=clock, rng=Random(1))
    connection_id = world.connections[GHL]

    async def last() -> Any:
        return await world.db.pool.fetchval(
            "SELECT last_success_at FROM connections WHERE id = $1", connection_id
        )

    connected = await last()
    assert connected is not None
    await runtime.works(connection_id)
    first = await last()
    assert first >= connected
    for _ in range(50):
        await runtime.works(connection_id)
    assert await last() == first
    clock.passed_s = 31
    await runtime.works(connection_id)
    assert await last() > first


# The age of a token


async def test_a_token_is_due_for_another_after_ninety_days(world: World) -> None:
    runtime = world.application.runtime
    for days, due in ((89, False), (90, True), (400, True)):
        await world.db.pool.execute(
            "UPDATE connections SET secret_set_at = now() - make_interval(days => $1, mins => 1)", days
        )
        found = await shown(world, GHL)
        assert (found["age_days"], found["rotation_due"], bool(found["advice"])) == (days, due, due)
        # A password of Act! is the person's own, and no token that we ask to replace.
        assert (await shown(world, ACT))["age_days"] is None
    assert "replace-token highlevel" in found["advice"]
    await replace_secret(runtime, GHL, world.sandbox.details["pit_token"])
    found = await shown(world, GHL)
    assert (found["age_days"], found["rotation_due"], found["advice"]) == (0, False, None)


async def test_a_token_that_renews_itself_is_not_younger_for_it(world: World) -> None:
    await world.db.pool.execute("UPDATE connections SET secret_set_at = now() - interval '50 days'")
    runtime, connection_id = world.application.runtime, world.connections[GHL]
    tokens = StoredTokens(world.db, runtime.box, connection_id, Random(1))
    assert await tokens.save(Token("a", "r", None, 2), replaces=1)
    assert (await shown(world, GHL))["age_days"] == 50
    # An installed app's pair has no age that a person should care about.
    async with world.db.begin() as tx:
        await connections.set_config(tx, connection_id, {"client_id": "app"})
    found = await shown(world, GHL)
    assert (found["age_days"], found["rotation_due"]) == (None, False)


# The budget


async def test_the_calls_that_are_left_are_those_of_all_processes(world: World) -> None:
    async with world.db.begin() as tx:
        await connections.set_config(tx, world.connections[GHL], {"limits": {"calls": 100, "window_s": 600}})
    runtime = world.application.runtime
    await runtime.forget(world.connections[GHL])
    assert (await shown(world, GHL))["budget"] == {
        "calls_left": 100, "window_s": 600.0, "calls_left_today": 200_000, "blocked_until": None,
    }  # fmt: skip
    store = (await runtime.ghl(world.connections[GHL])).http.budget
    for _ in range(3):
        await store.acquire()
    left = (await shown(world, GHL))["budget"]["calls_left"]
    assert 90 <= left <= 97
    await world.db.pool.execute("UPDATE budgets SET remaining = 5, daily_remaining = 77, reported_at = now()")
    budget = (await shown(world, GHL))["budget"]
    assert (budget["calls_left"], budget["calls_left_today"]) == (5, 77)
    await world.db.pool.execute("UPDATE budgets SET blocked_until = now() + interval '1 hour'")
    budget = (await shown(world, GHL))["budget"]
    assert budget["calls_left"] == 0
    assert budget["blocked_until"]
    await world.db.pool.execute(
        "UPDATE budgets SET blocked_until = NULL, reported_at = now() - interval '2 days',"
        " window_started_at = now() - interval '2 days'"
    )
    budget = (await shown(world, GHL))["budget"]
    assert (budget["calls_left"], budget["calls_left_today"]) == (100, 200_000)
    # Act! on a server of one's own counts nothing.
    await world.db.pool.execute("DELETE FROM budgets WHERE connection_id = $1", world.connections[ACT])
    assert (await shown(world, ACT))["budget"]["calls_left"] is None


# Paused


@pytest.mark.parametrize("name", [GHL, ACT])
async def test_a_paused_connection_makes_no_call_and_after_the_resume_nothing_is_lost_or_doubled(
    world: World, name: str
) -> None:
    side = {GHL: "ghl", ACT: "act"}[name]
    await world.sell(3)
    await world.poll()
    await world.work_until_idle()
    assert await set_paused(world, name, True)
    assert not await set_paused(world, name, True)
    await until(lambda: world.pause_is_met(name))
    before = await calls(world, side)
    async with world.hooks():
        await world.sell(5, webhooks=True)
        await world.webhooks_arrived()

    async def all_wait() -> bool:
        rows = await world.rows(
            "SELECT reason, attempts FROM lanes WHERE queued AND reason LIKE '%is paused%resume%'"
        )
        return len(rows) == 5 and all(row["attempts"] == 0 for row in rows)

    async with world.working():
        await until(all_wait)
        looked = await world.poll()
        assert {item.connection for item in looked if item.error} == {name}
        assert await calls(world, side) == before
        # What waits is visible as that, with its reason.
        table = "inbox" if name == GHL else "events"
        waiting = await world.rows(f"SELECT reason FROM {table} WHERE outcome = 'waiting'")
        assert len(waiting) >= 5
        assert all(f"connections resume {name}" in row["reason"] for row in waiting)
        assert await world.rows("SELECT 1 FROM runs WHERE state = 'dead'") == []
        assert await set_paused(world, name, False)
        await world.idle()
    assert not await set_paused(world, name, False)
    await world.poll()
    await world.work_until_idle()
    truth = await world.truth()
    assert truth.agrees
    assert not truth.lost


async def test_a_call_of_a_client_that_is_open_already_is_stopped_too(world: World) -> None:
    runtime = world.application.runtime
    ghl, act = await runtime.ghl(world.connections[GHL]), await runtime.act(world.connections[ACT])
    await ghl.location()
    await act.my_record()
    for name in (GHL, ACT):
        await set_paused(world, name, True)
        runtime.look_again(world.connections[name])
    before = await calls(world, "ghl"), await calls(world, "act")
    with pytest.raises(ConnectionPausedError, match="'highlevel' is paused; 'orderbridge connections resume"):
        await ghl.location()
    with pytest.raises(ConnectionPausedError, match="'act' is paused"):
        await act.my_record()
    assert (await calls(world, "ghl"), await calls(world, "act")) == before


async def test_many_calls_that_were_stopped_leave_nothing_in_the_way(world: World) -> None:
    runtime = world.application.runtime
    runtime_id = world.connections[GHL]
    ghl = await runtime.ghl(runtime_id)
    await set_paused(world, GHL, True)
    runtime.look_again(runtime_id)
    stopped = await asyncio.gather(*(ghl.location() for _ in range(40)), return_exceptions=True)
    assert all(isinstance(one, ConnectionPausedError) for one in stopped)
    await set_paused(world, GHL, False)
    runtime.look_again(runtime_id)
    assert len(await asyncio.gather(*(ghl.location() for _ in range(40)))) == 40


async def test_a_new_token_does_not_end_a_pause(world: World) -> None:
    await set_paused(world, GHL, True)
    await replace_secret(world.application.runtime, GHL, world.sandbox.details["pit_token"])
    assert (await shown(world, GHL))["state"] == "paused"


async def test_a_running_server_takes_up_a_pause_and_a_resume_by_itself(world: World, tmp_path: Path) -> None:
    fast = {"ORDERBRIDGE_POLL_INTERVAL_S": "1", "ORDERBRIDGE_WRITE_SETTLE_S": "0.1"}
    worker = await WorkerProcess.start(world.environment | fast, tmp_path / "log")
    try:
        await worker.ready()
        await world.sell(2)

        async def agreed() -> bool:
            return (await world.truth()).agrees

        await until(agreed)
        paused = await orderbridge("connections", "pause", ACT, environment=world.environment)
        assert (paused.code, "no calls to it" in paused.out) == (0, True)
        await world.sell(3)

        async def waits() -> bool:
            rows = await world.rows("SELECT 1 FROM lanes WHERE queued AND reason LIKE '%is paused%'")
            return len(rows) == 3

        await until(waits)
        before = await calls(world, "act")
        assert not (await world.truth()).agrees
        assert await calls(world, "act") == before
        resumed = await orderbridge("connections", "resume", ACT, environment=world.environment)
        assert resumed.code == 0
        await until(agreed)
    finally:
        await worker.kill()
    assert await count_doubles(world) == 0


async def count_doubles(world: World) -> int:
    rows = (await world.act_truth("opportunities"))["opportunities"]
    sources = [row["sourceId"] for row in rows if row["sourceId"]]
    return len(sources) - len(set(sources))


# Where it is shown


async def test_health_is_shown_alike_by_the_commands_the_status_and_the_metrics(world: World) -> None:
    await world.poll()
    await world.db.pool.execute("UPDATE connections SET secret_set_at = now() - interval '91 days'")
    await world.db.pool.execute("DELETE FROM budgets WHERE connection_id = $1", world.connections[ACT])
    await set_paused(world, ACT, True)
    environment = world.environment
    listed = await orderbridge("connections", "list", "--json", environment=environment)
    one = await orderbridge("connections", "show", GHL, "--json", environment=environment)
    people = await orderbridge("connections", "show", GHL, environment=environment)
    table = await orderbridge("connections", "list", environment=environment)
    async with world.hooks() as url:
        async with world.http.get(f"{url}/api/status") as answer:
            status = await answer.json()
        async with world.http.get(f"{url}/metrics") as answer:
            metrics = await answer.text()
    by_name = {item["name"]: item for item in status["connections"]}
    still = {
        "id",
        "name",
        "state",
        "reason",
        "age_days",
        "rotation_due",
        "advice",
        "last_success_at",
        "entered_at",
    }
    for item in [*listed.json, one.json]:
        assert {key: item[key] for key in still} == {key: by_name[item["name"]][key] for key in still}
        assert "[hidden]" not in str(item)
    assert by_name[ACT]["state"] == "paused"
    assert by_name[GHL]["last_success_at"]
    assert all(
        part in people.out for part in ("91 days, rotation due", "replace-token highlevel", "Calls left")
    )
    # A wide table breaks its cells into lines.
    assert all(part in table.out for part in ("due", "paused", "limit", "Last success"))
    for line in (
        'orderbridge_connection_state{connection="act",state="paused"} 1.0',
        'orderbridge_connection_state{connection="act",state="ok"} 0.0',
        'orderbridge_connection_state{connection="highlevel",state="ok"} 1.0',
        'orderbridge_connection_pit_age_days{connection="highlevel"} 91.0',
        'orderbridge_connection_rotation_due{connection="highlevel"} 1.0',
        'orderbridge_connection_rotation_due{connection="act"} 0.0',
        'orderbridge_connection_failures{connection="highlevel"} 0.0',
    ):
        assert line in metrics, line
    assert 'orderbridge_connection_calls_left{connection="highlevel"}' in metrics
    assert 'orderbridge_connection_calls_left{connection="act"}' not in metrics
    assert 'last_success_timestamp_seconds{connection="highlevel"}' in metrics
    details = world.sandbox.details
    everything = "".join([listed.out, one.out, people.out, table.out, str(status), metrics])
    assert not any(details[name] in everything for name in ("pit_token", "act_password"))


@pytest.mark.parametrize("command", ["show", "pause", "resume"])
async def test_a_connection_that_does_not_exist_is_one_clear_line(world: World, command: str) -> None:
    ran = await orderbridge("connections", command, "nobody", environment=world.environment)
    assert ran.code == 1
    assert ran.err == (
        "orderbridge: there is no connection named 'nobody'; see 'orderbridge connections list'\n"
    )
