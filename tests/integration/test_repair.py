"""Runs that failed: tried again by themselves, resumed with another input, cancelled, and found again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from orderbridge.automation import repair, run_search
from orderbridge.automation.publishing import publish
from orderbridge.automation.repair import Wish
from orderbridge.core.clock import ManualClock
from orderbridge.core.errors import FlowError
from orderbridge.core.ids import random_id
from orderbridge.flows.model import Flow
from orderbridge.store import api_tokens
from support.rounds import SetClock
from support.world import ACT, GHL, MakeWorld, World

ME = Wish(by="a test")


@pytest.fixture
def clock() -> ManualClock:
    return SetClock(datetime.now(UTC))


@pytest.fixture
async def world(make_world: MakeWorld, clock: ManualClock) -> AsyncIterator[World]:
    async with make_world(flows=(), clock=clock) as opened:
        yield opened


def flow(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"flow": "tested", "title": "T", "trigger": "ghl.order.changed@1", "steps": list(steps)}


def company(id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "action": "act.company.create@1", "with": {"name": {"text": name}}} | more


def renaming(**more: Any) -> dict[str, Any]:
    """A step that Act! refuses as long as there is no such company."""
    return {
        "id": "rename",
        "action": "act.company.update@1",
        "with": {
            "company_id": "00000000-1111-2222-3333-444444444444",
            "name": {"text": "{event.id} {event.status}"},
        },
    } | more


async def add(world: World, definition: dict[str, Any]) -> None:
    await publish(world.application.runtime, Flow.model_validate(definition), source=GHL, target=ACT)


async def work(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def only_run(world: World) -> dict[str, Any]:
    [row] = await world.rows("SELECT id, state, reason, cause, event_id, attempts FROM runs")
    return row


async def made(world: World) -> list[str]:
    return [row["name"] for row in (await world.act_truth("companies"))["companies"]]


async def failures(world: World) -> int:
    [row] = await world.rows("SELECT coalesce(sum(times), 0) AS n FROM step_attempts WHERE path = 'rename'")
    return int(row["n"])


async def tick(world: World, clock: ManualClock, seconds: float) -> None:
    """Let time pass, and the worker do what is due then."""
    clock.advance(seconds)
    await world.dispatcher().sweep_once()
    await world.work_until_idle()


async def test_a_failed_step_is_tried_again_after_its_pauses_and_then_waits_for_a_person(
    world: World, clock: ManualClock
) -> None:
    await add(
        world, flow(company("first", "First {event.id}"), renaming(retry={"attempts": 3, "pause_s": 60}))
    )
    await world.sell(1)

    await work(world)
    once = await only_run(world)
    await tick(world, clock, 59)
    early = await failures(world)
    await tick(world, clock, 2)
    twice = await only_run(world)
    await tick(world, clock, 119)
    before_third = await failures(world)
    await tick(world, clock, 2)
    dead = await only_run(world)

    assert (once["state"], once["reason"].split(":")[0].split(",")[0]) == ("waiting", "step 'rename' failed")
    assert "attempt 1 of 3" in once["reason"]
    assert (early, before_third) == (1, 2)
    assert "attempt 2 of 3" in twice["reason"]
    assert (dead["state"], dead["cause"]) == ("dead", "record.not_found")
    assert await failures(world) == 3
    assert len([name for name in await made(world) if name.startswith("First")]) == 1
    [event] = await world.rows("SELECT outcome FROM events WHERE kind = 'order'")
    assert event["outcome"] == "dead"


async def test_a_newer_state_overtakes_a_run_that_pauses_and_the_older_one_is_not_written_afterwards(
    world: World, clock: ManualClock
) -> None:
    only_pending = {"when": [{"from": "event.status", "equals": "completed"}]}
    await add(
        world,
        flow(
            renaming(retry={"attempts": 5, "pause_s": 60}, **only_pending),
            company("last", "Last {event.status}"),
        ),
    )
    [order_id] = (await world.sell(1))["orders"]
    await work(world)
    pausing = await only_run(world)
    await world.control("ghl", f"orders/{order_id}/edit", {"status": "cancelled", "webhooks": False})
    await work(world)
    await tick(world, clock, 61)

    assert pausing["state"] == "waiting"
    rows = await world.rows(
        "SELECT runs.state, runs.reason FROM runs JOIN events ON events.id = event_id ORDER BY seq"
    )
    assert [row["state"] for row in rows] == ["nothing", "done"]
    assert rows[0]["reason"].startswith("a newer state of this record was carried over")
    assert [name for name in await made(world) if name.startswith("Last")] == ["Last cancelled"]


async def test_a_pause_outlasts_a_crash_and_ends_at_once_when_a_person_resumes(
    world: World, clock: ManualClock
) -> None:
    await add(world, flow(renaming(retry={"attempts": 9, "pause_s": 3600})))
    await world.sell(1)
    await work(world)
    run = await only_run(world)
    # As a worker leaves it that dies before the event is given its outcome.
    await world.rows("UPDATE events SET outcome = 'pending' WHERE outcome = 'parked'")
    await world.rows("UPDATE lanes SET queued = true")
    await world.dispatcher().sweep_once()
    await work(world)
    slept = await failures(world)

    assert await repair.resume(world.application.runtime, run["id"][:10], by="me") == run["id"]
    await work(world)

    assert slept == 1
    assert await failures(world) == 2
    assert (await only_run(world))["state"] == "waiting"


async def test_a_run_goes_on_with_the_input_that_a_person_gave_and_both_inputs_stay_visible(
    world: World,
) -> None:
    await add(world, flow(company("first", "First"), renaming(), company("last", "Last {steps.rename.id}")))
    await world.sell(1)
    await work(world)
    run = await only_run(world)
    [target] = [row for row in (await world.act_truth("companies"))["companies"] if row["name"] == "First"]
    runtime = world.application.runtime
    with pytest.raises(FlowError, match="nonsense"):
        await repair.resume(runtime, run["id"], by="me", input_={"company_id": target["id"], "nonsense": 1})

    await repair.resume(
        runtime, run["id"], by="Ada", input_={"company_id": target["id"], "name": "First, corrected"}
    )
    await work(world)

    shown = await run_search.one(world.db, run["id"])
    steps = {item["path"]: item for item in shown["steps"]}
    assert shown["state"] == "done"
    assert steps["rename"]["input"]["name"] == "First, corrected"
    assert steps["rename"]["edited"]["by"] == "Ada"
    assert steps["rename"]["failed_attempts"][0]["input"]["company_id"].startswith("00000000")
    assert steps["rename"]["failed_attempts"][0]["error"]
    assert f"Last {target['id']}" in await made(world)
    assert (await made(world)).count("First") == 0
    with pytest.raises(FlowError, match="runs replay"):
        await repair.resume(runtime, run["id"], by="me")


@pytest.mark.parametrize("retry", [None, {"attempts": 9, "pause_s": 3600}])
async def test_a_cancelled_run_has_an_outcome_and_no_replay_by_cause_takes_it_up(
    world: World, retry: dict[str, Any] | None
) -> None:
    await add(world, flow(renaming(retry=retry) if retry else renaming()))
    await world.sell(1)
    await work(world)
    run = await only_run(world)
    runtime = world.application.runtime

    assert await repair.cancel(runtime, run["id"], by="Ada", reason="entered by hand") == "cancelled"
    await work(world)
    assert await world.replay() == 0
    assert await world.replay(cause="record.not_found") == 0
    await work(world)

    cancelled = await only_run(world)
    assert cancelled["state"] == "cancelled"
    assert cancelled["reason"].startswith("cancelled by Ada at ")
    assert cancelled["reason"].endswith("entered by hand")
    [event] = await world.rows("SELECT outcome, reason FROM events WHERE kind = 'order'")
    assert (event["outcome"], "Ada" in event["reason"]) == ("nothing", True)
    assert await failures(world) == 1
    with pytest.raises(FlowError, match="ended already"):
        await repair.cancel(runtime, run["id"], by="me")


async def test_a_run_under_way_ends_before_its_next_write_when_it_is_cancelled(world: World) -> None:
    await add(world, flow(company("first", "First"), company("last", "Last")))
    await world.sell(1)
    await world.poll()
    # The account is away just now, so that the run stays where it is.
    await world.faults("act", error_500_before={"count": 10_000, "match": "POST /api/companies"})

    async def running() -> bool:
        return bool(await world.rows("SELECT 1 FROM lanes WHERE retry_at IS NOT NULL"))

    await world.work_until(running)
    run = await only_run(world)
    assert run["state"] == "running"
    assert await repair.cancel(world.application.runtime, run["id"], by="Ada") == "running"
    await world.work_until_idle()

    assert (await only_run(world))["state"] == "cancelled"
    assert not {"First", "Last"} & set(await made(world))


async def test_runs_are_found_by_order_e_mail_amount_name_record_and_error(world: World) -> None:
    await add(world, flow(company("first", "Buyer {event.id}")))
    await world.sell(2)
    await work(world)
    await add(world, flow(renaming()))
    await world.sell(1)
    await work(world)
    rows = await world.rows(
        "SELECT runs.id, events.state, runs.state AS run FROM runs JOIN events ON events.id = event_id ORDER BY seq"
    )
    [target] = await world.rows("SELECT target_id FROM receipts WHERE run_id = $1", rows[0]["id"])
    order = rows[0]["state"]

    async def ids(*text: str, **asked: Any) -> set[str]:
        page = await run_search.find(world.db, run_search.sought(*text, **asked), limit=10)
        return {row["id"] for row in page.rows}

    every = {row["id"] for row in rows}
    assert await ids(order["id"]) == {rows[0]["id"]}
    assert rows[0]["id"] in await ids(order["contact"]["email"].upper())
    assert rows[0]["id"] in await ids(f"{order['amount']} {order['currency']}")
    assert rows[0]["id"] in await ids(amount=str(order["amount"]))
    assert await ids(amount=f"{order['amount']} JPY") == set()
    assert rows[0]["id"] in await ids(order["contact"]["last_name"] or order["contact"]["first_name"])
    assert await ids(target["target_id"]) == {rows[0]["id"]}
    assert await ids("record.not_found") == {rows[2]["id"]}
    assert await ids("there is no company") == {rows[2]["id"]}
    assert await ids(state="dead", flow="tested", cause="record.not_found") == {rows[2]["id"]}
    assert await ids("no-such-word") == set()
    with pytest.raises(FlowError, match=r"498\.00"):
        run_search.sought(amount="much")
    first = await run_search.find(world.db, run_search.sought(), limit=2)
    rest = await run_search.find(world.db, run_search.sought(after=first.after), limit=2)
    assert {row["id"] for row in first.rows + rest.rows} == every
    assert rest.after is None


async def test_the_api_shows_resumes_replays_and_cancels(world: World) -> None:
    await add(world, flow(renaming()))
    await world.sell(1)
    await work(world)
    run = await only_run(world)
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="robot")
    headers = {"Authorization": f"Bearer {token}"}

    async with world.hooks() as url, aiohttp.ClientSession(headers=headers) as http:

        async def call(method: str, path: str, body: Any = None) -> tuple[int, Any]:
            async with http.request(method, f"{url}/api{path}", json=body) as answer:
                return answer.status, await answer.json(content_type=None)

        assert (await call("GET", "/runs?q=record.not_found"))[1]["runs"][0]["id"] == run["id"]
        status, shown = await call("GET", f"/runs/{run['id'][:12]}")
        assert (status, shown["steps"][0]["failed_attempts"][0]["cause"]) == (200, "record.not_found")
        assert (await call("GET", "/dead-letters"))[1]["groups"][0]["cause"] == "record.not_found"
        assert (await call("POST", f"/runs/{run['id']}/resume", {}))[0] == 200
        assert (await call("POST", f"/runs/{run['id']}/cancel", {"reason": "no"}))[1] == {
            "state": "cancelled"
        }
        assert (await call("POST", f"/runs/{run['id']}/cancel", {}))[0] == 409
        assert (await call("POST", "/runs/replay", {"run": run["id"]}))[1]["added"] == 1
        assert (await call("POST", "/runs/replay", {}))[0] == 422
        assert (await call("GET", "/runs/nope"))[0] == 404
        async with aiohttp.ClientSession() as stranger, stranger.get(f"{url}/api/runs") as answer:
            assert answer.status == 401
