"""Going live is a checked switch: nothing works on live accounts that nobody has looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orderbridge.automation import alerting, going_live, live_gate, publishing, trying
from orderbridge.automation.candidates import candidate
from orderbridge.automation.enabling import enable
from orderbridge.automation.going_live import Switched
from orderbridge.automation.trying import Wish
from orderbridge.core.clock import SystemClock
from orderbridge.core.errors import FlowError
from orderbridge.core.ids import random_id
from orderbridge.flows.model import Flow
from orderbridge.store import flows
from support.world import ACT, GHL, TEMPLATE, MakeWorld, World

ORDERS = f"order-to-opportunity ({GHL} to {ACT})"


class MovedClock(SystemClock):
    """The machine's clock, moved on when told."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved


@pytest.fixture
async def live(make_world: MakeWorld) -> AsyncIterator[World]:
    """A world whose accounts are live ones, with something sold and a template published."""
    async with make_world(flows=(), clock=MovedClock()) as world:
        await world.db.pool.execute("UPDATE connections SET mode = 'live'")
        for connection_id in world.connections.values():
            await world.application.runtime.forget(connection_id)
        await world.sell(3)
        yield world


async def switch(world: World, wanted: Any = TEMPLATE, **more: Any) -> Switched:
    runtime = world.application.runtime
    only_check = more.pop("only_check", False)
    found = await going_live.candidates(runtime, wanted, **more)
    return await going_live.go_live(
        runtime, found, world.application.checkers, by="the owner", only_check=only_check
    )


async def look_at_dry_runs(world: World, *names: str) -> None:
    runtime = world.application.runtime
    async with world.db.read() as tx:
        every = names or [item.name for item in await flows.every(tx)]
    for name in every:
        subject = await trying.published(runtime, name)
        await trying.attempt(runtime, subject, Wish(sample=True), by="the owner")


async def carried_over(world: World) -> int:
    await world.poll()
    await world.work_until_idle()
    rows = (await world.act_truth("opportunities"))["opportunities"]
    return sum(row["source"] == "HighLevel" for row in rows)


def wrong(result: Switched) -> set[str]:
    return {line.id.partition(".")[0] for line in result.lines if not line.ok}


async def test_a_template_on_live_accounts_waits_until_everything_was_checked_and_can_be_taken_back(
    live: World,
) -> None:
    runtime = live.application.runtime
    published = await enable(runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)
    assert published["to_go_live"] == published["flows"]
    assert await carried_over(live) == 0

    result = await switch(live)
    assert not result.ready
    assert result.flows == ()
    assert wrong(result) == {"dry_run", "alerts"}
    assert all(line.next for line in result.lines if not line.ok)
    assert await carried_over(live) == 0

    await look_at_dry_runs(live)
    await alerting.use_none(runtime)
    assert wrong(await switch(live, only_check=True)) == set()
    assert await carried_over(live) == 0

    result = await switch(live)
    assert ORDERS in dict(result.flows)
    await live.sell(2)
    assert await carried_over(live) >= 2

    back = await going_live.take_back(runtime, TEMPLATE, by="the owner")
    written = {(item.flow, row["kind"]): row["records"] for item in back for row in item.written}
    assert written[(ORDERS, "opportunity")] >= 2
    before = await carried_over(live)
    await live.sell(2)
    assert await carried_over(live) == before
    with pytest.raises(FlowError, match="not live"):
        await going_live.take_back(runtime, TEMPLATE, by="the owner")


async def test_a_dry_run_counts_for_a_few_days_and_for_the_very_version_only(live: World) -> None:
    runtime = live.application.runtime
    await enable(runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)
    await alerting.use_none(runtime)
    await look_at_dry_runs(live, ORDERS)
    assert wrong(await switch(live, ORDERS, only_check=True)) == set()
    async with live.db.read() as tx:
        stored = await flows.by_name(tx, ORDERS)
    changed = Flow.model_validate(stored.definition | {"title": "Another title"})
    assert wrong(await switch(live, changed, source=GHL, target=ACT)) == {"dry_run"}
    clock: Any = live.application.clock
    clock.moved += timedelta(days=8)
    [line] = [line for line in (await switch(live, ORDERS)).lines if not line.ok]
    assert "older than 7 days" in line.says
    assert "orderbridge flows test" in line.next


async def test_an_account_that_does_not_let_us_in_or_lacks_rights_keeps_a_flow_off(live: World) -> None:
    runtime = live.application.runtime
    await enable(runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)
    await alerting.use_none(runtime)
    await look_at_dry_runs(live, ORDERS)
    await live.db.pool.execute(
        "UPDATE connections SET state = 'reconnect', state_reason = 'x' WHERE name = $1", GHL
    )
    [line] = [line for line in (await switch(live, ORDERS)).lines if not line.ok]
    assert (line.id, line.next) == ("healthy.ghl", f"'orderbridge connections replace-token {GHL}'")
    await live.db.pool.execute("UPDATE connections SET state = 'ok'")
    await live.faults("act", permissions_removed=["Access All Non-Private Data"])
    result = await switch(live, ORDERS)
    assert {line.id for line in result.lines if not line.ok} == {"permitted.act"}


async def test_what_was_tried_on_a_test_pair_runs_on_the_live_pair_in_the_same_words(live: World) -> None:
    runtime = live.application.runtime
    for name in (GHL, ACT):
        await live.db.pool.execute(
            """
            INSERT INTO connections (id, name, system, mode, account, config, secret, secret_key_id)
            SELECT $2, 'test-' || name, system, 'test', 'test-' || account, config, secret, secret_key_id
            FROM connections WHERE name = $1
            """,
            name,
            random_id(),
        )
    await live.db.pool.execute("UPDATE connections SET mode = 'test' WHERE name LIKE 'test-%'")
    step = {"id": "company", "action": "act.company.create@1", "with": {"name": {"text": "Of {event.id}"}}}
    flow = Flow.model_validate(
        {"flow": "own", "title": "Own", "trigger": "ghl.order.changed@1", "steps": [step]}
    )
    name, _ = await publishing.publish(runtime, flow, source=f"test-{GHL}", target=f"test-{ACT}")
    with pytest.raises(FlowError, match="is a test connection; a flow goes live between live ones"):
        await switch(live, name)
    await alerting.use_none(runtime)
    subject = await trying.published(runtime, name, source=GHL, target=ACT)
    await trying.attempt(runtime, subject, Wish(sample=True), by="the owner")
    result = await switch(live, name, source=ACT, target=GHL)
    # Whichever is named first: a flow goes from the system of its trigger to the other.
    assert result.flows == [(f"own ({GHL} to {ACT})", 1)]
    async with live.db.read() as tx:
        on = await flows.by_name(tx, f"own ({GHL} to {ACT})")
        assert (on.enabled, on.definition) == (True, flow.as_json())


async def test_nobody_comes_past_the_checks(live: World) -> None:
    runtime = live.application.runtime
    await enable(runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)
    async with live.db.begin() as tx:
        with pytest.raises(FlowError, match="flows go-live"):
            await live_gate.refuse_unchecked(tx, ORDERS)
    await alerting.use_none(runtime)
    await look_at_dry_runs(live, ORDERS)
    await switch(live, ORDERS)
    async with live.db.begin() as tx:
        await live_gate.refuse_unchecked(tx, ORDERS)
        stored = await flows.by_name(tx, ORDERS)
    changed = Flow.model_validate(stored.definition | {"title": "Another title"})
    with pytest.raises(FlowError, match="goes live by 'orderbridge flows go-live'"):
        await publishing.publish(runtime, changed, source=GHL, target=ACT)
    # The same once more is no change.
    await publishing.publish(runtime, Flow.model_validate(stored.definition), source=GHL, target=ACT)


async def test_taking_back_a_new_version_lets_the_one_before_run_again(live: World) -> None:
    runtime = live.application.runtime
    await enable(runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)
    await alerting.use_none(runtime)
    await look_at_dry_runs(live, ORDERS)
    await switch(live, ORDERS)
    async with live.db.read() as tx:
        first = await flows.by_name(tx, ORDERS)
    changed = Flow.model_validate(first.definition | {"title": "Another title"})
    subject = await trying.unpublished(runtime, changed, source=GHL, target=ACT)
    await trying.attempt(runtime, subject, Wish(sample=True), by="the owner")
    assert (await switch(live, changed, source=GHL, target=ACT)).flows == [(ORDERS, 2)]
    [back] = await going_live.take_back(runtime, ORDERS, by="the owner")
    assert back.runs_now == 3
    async with live.db.read() as tx:
        now = await flows.by_name(tx, ORDERS)
    assert (now.enabled, now.definition) == (True, first.definition)
    await going_live.take_back(runtime, ORDERS, by="the owner")
    async with live.db.read() as tx:
        assert not (await flows.by_name(tx, ORDERS)).enabled


async def test_what_is_published_while_a_live_flow_is_off_does_not_come_past_the_checks(live: World) -> None:
    runtime = live.application.runtime
    await enable(runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)
    await alerting.use_none(runtime)
    await look_at_dry_runs(live, ORDERS)
    await switch(live, ORDERS)
    async with live.db.begin() as tx:
        stored = await flows.by_name(tx, ORDERS)
        await flows.set_enabled(tx, ORDERS, enabled=False)
    changed = Flow.model_validate(stored.definition | {"title": "Another title"})
    one = await candidate(runtime, changed, source=GHL, target=ACT)
    [done] = await publishing.publish_all(runtime, [one])
    assert (done.version, done.enabled) == (2, False)
    with pytest.raises(FlowError, match="flows go-live"):
        await publishing.switch_on(runtime, ORDERS)
    async with live.db.read() as tx:
        assert not (await flows.by_name(tx, ORDERS)).enabled
    # What was checked is still checked.
    same = await candidate(runtime, Flow.model_validate(stored.definition), source=GHL, target=ACT)
    await publishing.publish_all(runtime, [same])
    assert await publishing.switch_on(runtime, ORDERS) == []


async def test_a_flow_that_would_start_itself_beside_what_is_live_does_not_go_live(live: World) -> None:
    runtime = live.application.runtime
    step = {
        "id": "write",
        "action": "ghl.api.contacts.update_contact@1",
        "with": {"path": {"object": {"contactId": {"from": "event.id"}}}, "body": {"from": "event"}},
    }
    flow = Flow.model_validate(
        {"flow": "endless", "title": "Endless", "trigger": "ghl.contact.updated@1", "steps": [step]}
    )
    await alerting.use_none(runtime)
    subject = await trying.unpublished(runtime, flow, source=GHL, target=ACT)
    await trying.attempt(runtime, subject, Wish(sample=True), by="the owner")
    for only_check in (True, False):
        result = await switch(live, flow, source=GHL, target=ACT, only_check=only_check)
        assert (result.flows, wrong(result)) == ((), {"circle"})
        assert "never end" in next(line.says for line in result.lines if not line.ok)
