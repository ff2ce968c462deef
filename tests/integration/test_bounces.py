"""Two flows that rewrite each other's value are stopped, and who they are is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from orderbridge.automation.publishing import publish
from orderbridge.catalogue.changes import Observed
from orderbridge.catalogue.own_events import record_of
from orderbridge.connectors.reach import Allowed
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import echo
from orderbridge.engine.bounces import count
from orderbridge.engine.echo import entry
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.own_events import happened
from orderbridge.flows.model import Flow
from orderbridge.store import events, flows, own_writes
from support.world import ACT, MakeWorld, World


def writes(name: str, value: str) -> Flow:
    return Flow.model_validate(
        {
            "flow": name,
            "title": "Writes a phone",
            "trigger": "core.manual.started@1",
            "steps": [
                {
                    "id": "write",
                    "action": "act.contact.update@1",
                    "with": {"contact_id": {"from": "event.input.contact"}, "department": value},
                }
            ],
        }
    )


@pytest.fixture
async def world(make_world: MakeWorld) -> Any:
    async with make_world(flows=()) as opened:
        yield opened


async def ran(world: World, flow: str, contact: str) -> JsonObject:
    """Start a flow by hand and return how its run ended."""
    occurrence = random_id()
    async with world.db.begin() as tx:
        stored = await flows.by_name(tx, f"{flow} (act to act)")
    state = {"input": {"contact": contact}, "started_at": "2026-03-01T00:00:00Z"}
    async with world.db.begin() as tx:
        await accept_all(tx, [happened(stored, "manual", occurrence, state)])
    await world.work_until_idle()
    return await outcome(world, record_of(stored.id, occurrence))


async def outcome(world: World, record_id: str) -> JsonObject:
    [row] = await world.rows(
        "SELECT r.id, r.state, r.cause, r.reason FROM runs r JOIN events e ON e.id = r.event_id"
        " WHERE e.record_id = $1 ORDER BY e.seq LIMIT 1",
        record_id,
    )
    return row | {"record_id": record_id}


async def department(world: World, contact: str) -> str:
    rows = (await world.act_truth("contacts"))["contacts"]
    return str(next(row["department"] for row in rows if row["id"] == contact))


async def edited(world: World, contact: str | None, **fields: Any) -> str:
    made = await world.control("act", "edit", {"entity": "contacts", "id": contact, "fields": fields})
    return str(made["id"])


@pytest.fixture
async def contact(world: World) -> str:
    for name, value in (("sales-says", "Sales"), ("support-says", "Support")):
        await publish(world.application.runtime, writes(name, value), source=ACT, target=ACT)
    return await edited(world, None, lastName="Between", emailAddress="between@two.example")


@pytest.fixture
async def alerts(world: World) -> AsyncIterator[list[JsonObject]]:
    """What arrives in the one channel that there is."""
    arrived: list[JsonObject] = []

    async def take(request: web.Request) -> web.Response:
        arrived.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    runtime = world.application.runtime
    runtime.allowed = Allowed.parse("127.0.0.1")
    await runtime.notices.add("team", f"json://127.0.0.1:{runner.addresses[0][1]}/", random_id)
    yield arrived
    await runner.cleanup()


async def test_two_flows_that_rewrite_each_other_are_stopped_at_the_second_bounce(
    world: World, contact: str, alerts: list[JsonObject]
) -> None:
    assert [
        (await ran(world, flow, contact))["state"] for flow in ("sales-says", "support-says", "sales-says")
    ] == ["done"] * 3
    stopped = await ran(world, "support-says", contact)
    assert (stopped["state"], stopped["cause"]) == ("dead", "flow.bounce")
    assert (
        f"Act! contact {contact}: flow 'support-says (act to act)' wants department to be 'Support', and flow "
        "'sales-says (act to act)' keeps making it 'Sales'" in stopped["reason"]
    )
    assert await department(world, contact) == "Sales"
    # Nothing was sent, so nothing is in doubt.
    assert await world.rows("SELECT 1 FROM intents WHERE state = 'prepared'") == []
    assert [alert["message"] for alert in alerts] == [stopped["reason"]]
    # A person who replays it wants it written, whoever wrote it before.
    await world.replay(cause="flow.bounce")
    await world.work_until_idle()
    assert (again := await outcome(world, stopped["record_id"]))["state"] == "done", again
    assert await department(world, contact) == "Support"


async def test_where_a_person_edits_the_field_in_between_nobody_fights(world: World, contact: str) -> None:
    listening = writes("listens", "x").model_copy(
        update={"trigger": "act.contact.created@1", "flow": "listens"}
    )
    await publish(world.application.runtime, listening, source=ACT, target=ACT)
    await world.poll()
    await world.work_until_idle()
    for number in range(2):
        for flow in ("sales-says", "support-says"):
            await edited(world, contact, department=f"A person {number} {flow}")
            await world.poll()
            await world.work_until_idle()
            ended = await ran(world, flow, contact)
            assert ended["state"] == "done", ended


async def test_one_flow_may_write_the_same_again_and_again(world: World, contact: str) -> None:
    for _ in range(5):
        assert (await ran(world, "sales-says", contact))["state"] == "done"
        await edited(world, contact, department="Moved by a person whom nobody looked at")


def test_only_values_that_come_back_count_as_bounces() -> None:
    def history(*writes: tuple[str, str]) -> list[JsonObject]:
        return [entry(author, value) for author, value in writes]

    assert count(history(("one", "A"), ("two", "B"), ("one", "A"), ("two", "B"))) == 2
    assert count(history(("one", "A"), ("two", "B"), ("one", "C"), ("two", "D"))) == 0
    assert count(history(("one", "A"), ("one", "B"), ("one", "A"), ("one", "B"))) == 0
    assert count(history(("one", "A"), ("two", "B"), ("one", "A"))) == 1


async def test_an_edit_by_a_person_ends_the_fight_about_a_field_that_operations_call_by_another_name(
    world: World,
) -> None:
    known = {"email": [entry("one", "a@x.test")], "department": [entry("one", "Sales")]}
    key = (world.connections[ACT], "contact", "c1")
    state = {"id": "c1", "email_address": "a@x.test", "department": "Sales"}
    async with world.db.begin() as tx:
        await own_writes.save(tx, *key, shown={}, created=False, history=known)
        for address in ("a@x.test", "b@x.test"):
            item = Observed(
                kind="contact", record_id="c1", type="contact", state=state | {"email_address": address}
            )
            event_id = await events.accept(tx, key[0], "lane", "poll", item)
        assert event_id is not None
        await echo.theirs(tx, key[0], event_id)
        [own] = (await own_writes.of_records(tx, key[0], [("contact", "c1")])).values()
    assert set(own.history) == {"department"}
