"""Dry run: it shows exactly what a run would do, and does nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest

from orderbridge.automation import trying
from orderbridge.automation.trying import Trial, Wish
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import brake, operations
from orderbridge.engine.dry_context import DryContext
from orderbridge.engine.dry_run import Tried, TriedStep
from orderbridge.flows import templates
from orderbridge.flows.model import Flow
from support import act_sales
from support.world import ACT, GHL, TEMPLATE, MakeWorld, World

# What a dry run must leave as it is; only what it is remembered by is its own.
UNTOUCHED = (
    "links", "receipts", "intents", "notices", "runs", "steps", "events", "inbox", "records", "ledger", "lanes",
    "claims", "flows", "flow_versions", "switches", "agreements", "conflicts", "own_writes", "digests",
    "digest_entries", "go_lives", "alerts", "run_search", "step_attempts",
)  # fmt: skip
EXAMPLES = {
    name: {key: item.example for key, item in template.settings.items() if item.example is not None}
    for name, template in templates.load_all().items()
}
FLOWS = [flow for name in EXAMPLES for flow in templates.fill(templates.find(name), EXAMPLES[name])]


async def tables(world: World) -> dict[str, str]:
    found = {}
    for table in UNTOUCHED:
        rows = await world.db.pool.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1")
        found[table] = f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()}"
    return found


async def changing_calls(world: World) -> dict[str, int]:
    act = (await world.act_truth("requests"))["requests"]["by_route"]
    ghl = (await world.ghl_truth("requests"))["requests"]
    found = {**act, **{label: sum(statuses.values()) for label, statuses in ghl.items()}}
    return {
        label: number
        for label, number in found.items()
        if not label.startswith("GET ")
        and "_twin" not in label
        and "/search" not in label
        and not label.endswith("$batch")
    }


def of(tried: Tried, path: str) -> TriedStep:
    found = [item for item in tried.steps if item.path == path]
    assert found, (tried.outcome, tried.reason, [(item.path, item.state, item.says) for item in tried.steps])
    return found[0]


async def stored_but_not_written(world: World) -> None:
    """Let everything that was sold be read and stored, and nothing be written."""
    async with world.db.begin() as tx:
        await brake.pause(tx)
    await world.poll()

    async def parked() -> bool:
        rows = await world.rows("SELECT 1 FROM lanes WHERE queued AND retry_at IS NULL")
        return not rows

    await world.work_until(parked)


async def attempt(world: World, flow: Flow | str, wish: Wish | None = None, **pair: str) -> Trial:
    runtime = world.application.runtime
    if isinstance(flow, str):
        subject = await trying.published(runtime, flow, **pair)
    else:
        source, target = (ACT, GHL) if operation(flow.trigger).system == "act" else (GHL, ACT)
        subject = await trying.unpublished(runtime, flow, source=source, target=target)
    return await trying.attempt(runtime, subject, wish or Wish(), by="a test")


@pytest.fixture
async def sold(make_world: MakeWorld) -> Any:
    async with make_world() as world:
        await world.sell(4)
        await stored_but_not_written(world)
        yield world


async def test_dry_runs_of_every_template_write_nothing_over_there_and_nothing_here(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=EXAMPLES) as world:
        # Some of it is carried over already, some is new, and some of the old has changed.
        first = await world.sell(4)
        await act_sales.deal(world)
        await world.poll()
        await world.work_until_idle()
        await world.sell(4)
        for order_id in first["orders"][:2]:
            await world.control("ghl", f"orders/{order_id}/edit", {"status": "completed"})
        await act_sales.deal(world, status="Won")
        await stored_but_not_written(world)
        before, calls = await tables(world), await changing_calls(world)
        tried = 0
        for flow in FLOWS:
            for wish in (Wish(recent=10), Wish(sample=True)):
                trial = await attempt(world, flow, wish)
                tried += len(trial.results)
                for result in trial.results:
                    assert "please report" not in str(result.reason)
        assert tried > 10
        assert await changing_calls(world) == calls
        assert await tables(world) == before


async def test_a_preview_of_an_invoice_for_an_order_of_act_remembers_nothing(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        deal = await act_sales.deal(world, status="Won")
        runtime, before = world.application.runtime, await tables(world)
        action = operation("ghl.invoice.create_for_opportunity@1")
        accounts = await operations.chosen(runtime, action, ghl=GHL, act=ACT)
        shown = await operations.preview(
            runtime, action.ref, {"opportunity_id": deal, "create_contact": True}, accounts
        )
        assert shown.writes is not None
        assert await tables(world) == before


# What of an action's view only reads, or makes another view of the same kind.
READS = {
    "act", "ghl", "profile", "web", "clock", "new_id", "attempt_id", "began_at", "live", "journal_complete", "part",
    "made_before", "made_by_another", "gathered", "find_link", "linked_sources", "partners", "remembered",
}  # fmt: skip


@pytest.mark.parametrize("kind", [DryContext, operations._PreviewContext])
def test_whatever_an_action_can_write_with_is_another_in_a_dry_run(kind: type) -> None:
    offered = {name for name in vars(ActionContext) if not name.startswith("_")}
    # Claims are given back; a preview ends at its first write, and a message is one.
    harmless = {"exclusive"} | ({"notify"} if kind is not DryContext else set())
    assert offered - READS - harmless <= set(vars(kind))


async def test_every_step_is_shown_with_the_difference_that_it_would_make(sold: World) -> None:
    trial = await attempt(sold, f"order-to-opportunity ({GHL} to {ACT})", Wish(recent=1))
    [tried] = trial.results
    assert (tried.outcome, tried.starts) == ("done", True)
    assert [step.path for step in tried.steps] == ["lines", "contact", "opportunity"]
    [effect] = of(tried, "opportunity").effects
    state = tried.event.state
    assert (effect.does, effect.record_id) == ("creates", "(new opportunity)")
    assert effect.says.startswith("creates opportunity (new opportunity) in Act!")
    after = {row["field"]: row["after"] for row in effect.fields}
    assert after["total"] == state["amount"]
    assert all(row["before"] is None for row in effect.fields)
    assert of(tried, "opportunity").output["id"] == "(new opportunity)"


async def test_what_is_there_already_is_nothing_to_do_and_a_change_shows_before_and_after(
    make_world: MakeWorld,
) -> None:
    async with make_world() as world:
        order_id = (await world.sell(1, payments="none"))["orders"][0]
        await world.poll()
        await world.work_until_idle()
        name = f"order-to-opportunity ({GHL} to {ACT})"
        again = (await attempt(world, name)).results[0]
        assert of(again, "opportunity").effects[0].does == "nothing"
        await world.control("ghl", f"orders/{order_id}/edit", {"status": "cancelled"})
        changed = (await attempt(world, name, Wish(record=("order", order_id)))).results[0]
        [effect] = of(changed, "opportunity").effects
        assert effect.does == "changes"
        status = next(row for row in effect.fields if row["field"] == "status")
        assert status["after"] == "Lost"
        assert status["before"] != "Lost"


WITH_EVERYTHING: JsonObject = {
    "flow": "everything",
    "title": "One of each",
    "trigger": "ghl.order.changed@1",
    "steps": [
        {"id": "skipped", "action": "act.company.create@1", "with": {"name": "No"},
         "when": [{"from": "event.currency", "equals": "none"}]},
        {"id": "company", "action": "act.company.create@1", "with": {"name": {"text": "Shop {event.id}"}}},
        {"id": "look", "action": "act.company.get@1", "with": {"company_id": {"from": "steps.company.id"}}},
        {"id": "size", "choose": [
            {"when": [{"from": "event.amount", "above": 100_000}],
             "steps": [{"id": "big", "stop": "too big", "as": "held"}]},
            {"steps": [{"id": "tell", "action": "core.notify.send@1", "allow": ["messages_people"],
                        "with": {"channel": "team", "title": "Sold", "text": {"text": "Order {event.id}"}}}]}]},
        {"id": "call", "action": "core.http.request@1",
         "with": {"method": "POST", "url": "https://erp.example.com/orders", "json": {"from": "event.id"}}},
        {"id": "pause", "action": "core.delay.wait@1", "with": {"seconds": 3600}},
        {"id": "note", "action": "act.note.create@1",
         "with": {"note_text": {"text": "Of {steps.company.id}"}, "company_ids": [{"from": "steps.company.id"}]}},
        {"id": "late", "stop": "order {event.id} is done"},
    ],
}  # fmt: skip


async def test_it_goes_on_after_writes_messages_requests_and_waits(sold: World) -> None:
    flow = Flow.model_validate(WITH_EVERYTHING)
    tried = (await attempt(sold, flow, Wish(recent=1))).results[0]
    states = {step.path: step.state for step in tried.steps}
    assert states["skipped"] == "left out"
    assert of(tried, "skipped").because == [
        f"event.currency is '{tried.event.state['currency']}', equals 'none': no"
    ]
    assert of(tried, "company").effects[0].does == "creates"
    # It cannot be read before it is there; that is said, and the walk goes on.
    assert states["look"] == "depends"
    assert "depends on what step 'company' would give" in str(of(tried, "look").says)
    assert (states["size"], of(tried, "size").says) == ("decided", "branch 2 is taken")
    assert "above 100000: no" in of(tried, "size").because[0]
    assert of(tried, "tell").effects[0].says.startswith("sends a message to team: Sold: Order ")
    assert of(tried, "call").effects[0].says == "sends POST https://erp.example.com/orders"
    assert of(tried, "call").effects[0].request["body"] == tried.event.record_id
    assert states["pause"] == "waits"
    assert (
        of(tried, "note")
        .effects[0]
        .says.startswith("creates note (new note) in Act!: note_text Of (new company)")
    )
    assert (tried.outcome, tried.reason) == ("nothing", f"order {tried.event.record_id} is done")
    assert await sold.rows("SELECT 1 FROM receipts") == []


async def test_an_error_is_shown_at_its_step_as_the_run_would_show_it(sold: World) -> None:
    steps = [
        {"id": "status", "action": "act.company.create@1",
         "with": {"name": {"from": "event.sale_state", "map": {"unheard_of": "x"}}}},
        {"id": "after", "action": "act.company.create@1", "with": {"name": "Never"}},
    ]  # fmt: skip
    flow = Flow.model_validate(WITH_EVERYTHING | {"steps": steps})
    tried = (await attempt(sold, flow, Wish(recent=1))).results[0]
    assert tried.outcome == "held"
    assert [step.path for step in tried.steps] == ["status"]
    assert of(tried, "status").state == "failed"
    assert "which the value map (unheard_of) does not have" in str(of(tried, "status").says)
    assert tried.reason == of(tried, "status").says


async def test_without_consent_a_message_is_refused_in_a_dry_run_too(sold: World) -> None:
    step = {"id": "tell", "action": "core.notify.send@1", "with": {"channel": "team", "text": "hi"}}
    flow = Flow.model_validate(WITH_EVERYTHING | {"steps": [step]})
    trial = await attempt(sold, flow, Wish(recent=1))
    assert trial.fails
    assert "allow messages_people" in str(trial.results[0].reason)


async def test_a_filter_that_does_not_hold_says_what_was_found(sold: World) -> None:
    condition = {"from": "event.amount", "below": 0, "reason": "only refunds"}
    flow = Flow.model_validate(WITH_EVERYTHING | {"when": [condition]})
    tried = (await attempt(sold, flow, Wish(recent=1))).results[0]
    assert (tried.outcome, tried.reason, tried.steps) == ("nothing", "only refunds", [])
    assert tried.because[0].endswith("below 0: no")


async def test_flows_tried_on_events_of_one_order_see_what_the_earlier_would_have_written(
    sold: World,
) -> None:
    """Two events of the same order: the second finds the opportunity that the first would have created."""
    name = f"order-to-opportunity ({GHL} to {ACT})"
    runtime = sold.application.runtime
    subject = await trying.published(runtime, name)
    from orderbridge.engine.assumed import Assumed
    from orderbridge.engine.dry_run import dry_run
    from orderbridge.store import events

    async with sold.db.read() as tx:
        [event] = await events.recent(tx, subject.source.id, "order", limit=1)
    assumed = Assumed()
    found: list[Sequence[Any]] = []
    for _ in range(2):
        tried = await dry_run(
            runtime, subject.flow, event, source=subject.source.id, target=subject.target.id, assumed=assumed
        )
        found.append([effect.does for effect in of(tried, "opportunity").effects])
    assert found == [["creates"], ["nothing"]]


async def test_a_look_at_the_result_is_remembered_with_the_very_version(sold: World) -> None:
    trial = await attempt(sold, f"order-to-opportunity ({GHL} to {ACT})", Wish(recent=3))
    [row] = await sold.rows("SELECT * FROM tries")
    assert row["fingerprint"] == trial.subject.mark
    assert row["event_ids"] == [item.event.id for item in trial.results]
    assert (row["tried_by"], row["outcomes"]) == ("a test", {"done": 3})


async def test_an_event_of_another_account_is_refused(sold: World) -> None:
    [row] = await sold.rows("SELECT id FROM events LIMIT 1")
    flow = Flow.model_validate(
        {"flow": "other", "title": "x", "trigger": "act.contact.updated@1",
         "steps": [{"id": "s", "stop": "end"}]}
    )  # fmt: skip
    with pytest.raises(FlowError, match="of another connection than act"):
        await attempt(sold, flow, Wish(event_id=row["id"]))
    with pytest.raises(FlowError, match="there is no event"):
        await attempt(sold, flow, Wish(event_id="nothing"))


async def test_a_flow_is_tried_on_what_the_account_has_now_where_nothing_is_stored_yet(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        await world.sell(2)
        flow = templates.fill(templates.find(TEMPLATE), {})[0]
        found = [(await attempt(world, flow, wish)).results for wish in (Wish(), Wish(sample=True))]
        assert [len(results) for results in found] == [2, 1]
        tried = found[0][0]
        assert tried.event.source == "read now"
        assert of(tried, "opportunity").effects[0].does == "creates"
