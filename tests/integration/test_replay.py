"""Replays: any stored event done once more changes nothing on either side, whatever its flows create."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import pytest

from orderbridge.automation import repair
from orderbridge.automation.publishing import publish
from orderbridge.automation.repair import Selection, Wish
from orderbridge.core.errors import FlowError
from orderbridge.flows.model import Flow
from support.world import ACT, GHL, MakeWorld, World

ME = Wish(by="a test")

# Steps whose records carry no reference of ours: only our journal knows that they exist.
ORDER_MAKES: dict[str, Any] = {
    "flow": "order-makes",
    "title": "Makes records without a reference",
    "trigger": "ghl.order.changed@1",
    "steps": [
        {
            "id": "company",
            "action": "act.company.create@1",
            "with": {"name": {"text": "Buyer of {event.id} {event.status}"}},
        },
        {
            "id": "person",
            "action": "act.contact.create@1",
            "with": {"first_name": "Ada", "last_name": {"text": "Order {event.id}"}},
        },
        {
            "id": "task",
            "action": "act.task.create@1",
            "with": {
                "subject": {"text": "Look at {event.id}"},
                "type": "To-do",
                "start_time": "2026-03-01T09:00:00Z",
                "contact_ids": [{"from": "steps.person.id"}],
            },
        },
        {
            "id": "note",
            "action": "act.note.create@1",
            "with": {"note_text": {"text": "Order {event.id}"}, "contact_ids": [{"from": "steps.person.id"}]},
        },
        {
            "id": "paid",
            "when": [{"from": "event.sale_state", "equals": "paid"}],
            "action": "act.company.create@1",
            "with": {"name": {"text": "Paid {event.id}"}},
        },
        {
            "id": "items",
            "for_each": {"from": "event.items"},
            "action": "act.company.create@1",
            "with": {"name": {"text": "Item {number} of {event.id}"}},
        },
    ],
}
PRODUCT_MAKES: dict[str, Any] = {
    "flow": "product-makes",
    "title": "A coupon and a contact for each new product",
    "trigger": "act.product.created@1",
    "steps": [
        {
            "id": "coupon",
            "action": "ghl.coupon.create@1",
            "with": {
                "name": {"text": "{event.name}"},
                "code": {"text": "{event.item_number}"},
                "discount_type": "percentage",
                "discount_value": 10,
                "start_date": "2026-03-01T00:00:00Z",
            },
        },
        {
            "id": "contact",
            "action": "ghl.contact.create@1",
            "with": {"first_name": "Fan", "email": {"text": "fan-of-{event.item_number}@example.org"}},
        },
    ],
}
_LOST_ACT = {"error_500_after_write": 2, "drop_after_write": 2}
_LOST_GHL = {"error_500_after_write": 2}
_QUIET = {"error_500_after_write": 0, "drop_after_write": 0}


async def add(world: World, definition: dict[str, Any], *, source: str = GHL, target: str = ACT) -> str:
    name, _ = await publish(
        world.application.runtime, Flow.model_validate(definition), source=source, target=target
    )
    return name


async def work(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def both(world: World) -> dict[str, Any]:
    """Everything that both twins hold, by side and kind of record."""
    found = {f"ghl.{name}": rows for name, rows in (await world.ghl_truth()).items()}
    return found | {f"act.{name}": rows for name, rows in (await world.act_truth()).items()}


def same(before: dict[str, Any], after: dict[str, Any]) -> bool:
    held = [name for name in before | after if not name.endswith(".requests")]
    differing = [name for name in held if before.get(name) != after.get(name)]
    for name in differing:
        print(f"{name}:\n  {before.get(name)}\n  {after.get(name)}")
    return not differing


async def replay_everything(world: World) -> int:
    """Replay every stored event; returns how many runs that made."""
    events = await world.rows("SELECT id FROM events ORDER BY seq")
    added = [await repair.replay_event(world.application.runtime, row["id"], ME) for row in events]
    await world.work_until_idle()
    return sum(len(item) for item in added)


async def states(world: World, replays: bool = True) -> dict[str, int]:
    rows = await world.rows(
        "SELECT state, count(*) AS n FROM runs WHERE (replayed_from IS NOT NULL) = $1 GROUP BY state", replays
    )
    return {row["state"]: row["n"] for row in rows}


async def a_busy_world(world: World) -> None:
    """Everything that happens to orders, some of it while answers are lost."""
    await add(world, ORDER_MAKES)
    await work(world)
    await add(world, PRODUCT_MAKES, source=ACT, target=GHL)
    await work(world)
    await world.faults("act", **_LOST_ACT)
    await world.faults("ghl", **_LOST_GHL)
    sold = await world.sell(3)
    await world.control(
        "act", "edit", {"entity": "products", "fields": {"name": "Mug", "itemNumber": "MUG10"}}
    )
    await work(world)
    first, second, _ = sold["orders"]
    await world.control("ghl", f"orders/{first}/refund", {"webhooks": False})
    await world.control("ghl", f"orders/{second}/edit", {"status": "cancelled", "webhooks": False})
    await world.faults("act", **_LOST_ACT)
    await work(world)
    await world.faults("act", **_QUIET)
    await world.faults("ghl", error_500_after_write=0)
    await work(world)


async def test_replaying_every_stored_event_twice_changes_nothing_on_either_side(
    make_world: MakeWorld,
) -> None:
    async with make_world() as world:
        await a_busy_world(world)
        before = await both(world)
        kinds = {row["kind"] for row in await world.rows("SELECT DISTINCT kind FROM events")}

        added = await replay_everything(world)
        assert same(before, await both(world))
        # The second time answers are lost wherever something should be sent after all.
        await world.faults("act", **_LOST_ACT)
        await world.faults("ghl", **_LOST_GHL)
        assert await replay_everything(world) == added

        assert same(before, await both(world))
        assert kinds >= {"order", "transaction", "product"}
        assert added >= 10
        assert set(await states(world)) <= {"done", "nothing"}
        assert (await states(world)).get("done", 0) > 0


async def test_a_replay_makes_what_is_missing_by_now_and_leaves_what_a_person_changed_of_what_it_made(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        await add(world, ORDER_MAKES | {"steps": ORDER_MAKES["steps"][:2]})
        [order_id] = (await world.sell(1))["orders"]
        await work(world)
        [company] = [
            row for row in (await world.act_truth("companies"))["companies"] if order_id in row["name"]
        ]
        await world.control(
            "act", "edit", {"entity": "companies", "id": company["id"], "fields": {"name": "Renamed Ltd"}}
        )
        before = await world.act_truth("companies", "contacts")
        [run] = await world.rows("SELECT id FROM runs")

        new_id, new = await repair.replay_run(world.application.runtime, run["id"], ME)
        await work(world)

        assert new
        assert await world.act_truth("companies", "contacts") == before
        [made] = await world.rows("SELECT state, origin_id, replayed_from FROM runs WHERE id = $1", new_id)
        assert made == {"state": "done", "origin_id": run["id"], "replayed_from": run["id"]}


async def test_a_replay_of_an_older_state_never_writes_it_over_the_newer_one(make_world: MakeWorld) -> None:
    async with make_world() as world:
        [order_id] = (await world.sell(1))["orders"]
        await work(world)
        await world.control("ghl", f"orders/{order_id}/edit", {"status": "cancelled", "webhooks": False})
        await work(world)
        before = await both(world)
        first, *_ = await world.rows(
            "SELECT runs.id FROM runs JOIN events ON events.id = event_id WHERE kind = 'order' ORDER BY seq"
        )

        new_id, _ = await repair.replay_run(world.application.runtime, first["id"], ME)
        await work(world)

        assert same(before, await both(world))
        [made] = await world.rows("SELECT state, reason FROM runs WHERE id = $1", new_id)
        assert made["state"] == "nothing"
        assert "newer state" in made["reason"]


async def test_a_command_for_many_runs_given_twice_adds_nothing_the_second_time(
    make_world: MakeWorld,
) -> None:
    async with make_world() as world:
        await world.sell(3)
        await work(world)
        chosen = Selection(flow="order-to-opportunity")
        runtime = world.application.runtime

        part = await repair.replay_many(runtime, Selection(flow="order-to-opportunity", limit=1), ME)
        rest = await repair.replay_many(runtime, chosen, ME)
        await work(world)
        second = await repair.replay_many(runtime, chosen, ME)
        again = await repair.replay_many(runtime, chosen, ME, again=True)

        assert (part.added, rest.added, second.added, again.added) == (1, 2, 0, 3)
        assert second.already == 3
        with pytest.raises(FlowError, match="choose runs"):
            await repair.replay_many(runtime, Selection(), ME)


async def test_the_newest_version_of_a_flow_is_applied_to_what_ran_before(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await add(world, ORDER_MAKES | {"steps": ORDER_MAKES["steps"][:1]})
        await world.sell(1)
        await work(world)
        await add(world, ORDER_MAKES | {"steps": ORDER_MAKES["steps"][:2]})
        [run] = await world.rows("SELECT id FROM runs")

        await repair.replay_run(world.application.runtime, run["id"], Wish(by="me", version="newest"))
        await work(world)

        contacts = (await world.act_truth("contacts"))["contacts"]
        assert len([row for row in contacts if row["lastName"].startswith("Order ")]) == 1
        names = [row["name"] for row in (await world.act_truth("companies"))["companies"]]
        assert len([name for name in names if name.startswith("Buyer of")]) == 1


async def test_a_run_can_begin_at_a_later_step_with_what_the_earlier_ones_gave(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await add(world, ORDER_MAKES)
        await world.sell(1)
        await work(world)
        before = await both(world)
        [run] = await world.rows("SELECT id FROM runs")

        new_id, _ = await repair.replay_run(
            world.application.runtime, run["id"], Wish(by="me", from_step="task")
        )
        await work(world)

        assert same(before, await both(world))
        steps = await world.rows("SELECT path, state FROM steps WHERE run_id = $1", new_id)
        states = {row["path"]: row["state"] for row in steps}
        assert (states["company"], states["person"], states["task"], states["note"]) == (
            "kept", "kept", "done", "done",
        )  # fmt: skip
        with pytest.raises(FlowError, match="company, person, task"):
            await repair.replay_run(world.application.runtime, run["id"], Wish(by="me", from_step="nope"))


async def test_a_flow_that_was_switched_on_later_does_not_join_in_when_a_run_is_done_once_more(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        await add(world, ORDER_MAKES | {"steps": ORDER_MAKES["steps"][:1]})
        await world.sell(1)
        await work(world)
        await add(world, ORDER_MAKES | {"flow": "later", "steps": ORDER_MAKES["steps"][1:2]})
        [run] = await world.rows("SELECT id, event_id FROM runs")
        runtime = world.application.runtime

        await repair.replay_run(runtime, run["id"], ME)
        await work(world)
        alone = await world.rows("SELECT DISTINCT flow_id FROM runs")
        added = await repair.replay_event(runtime, run["event_id"], ME)
        await work(world)

        assert len(alone) == 1
        assert len(added) == 2
        assert len(await world.rows("SELECT DISTINCT flow_id FROM runs")) == 2


async def test_whatever_is_edited_resumed_and_replayed_in_whatever_order_the_newest_state_is_what_stays(
    make_world: MakeWorld,
) -> None:
    rng = Random(20)
    async with make_world() as world:
        orders = (await world.sell(4))["orders"]
        await work(world)
        for _ in range(6):
            for order_id in orders:
                if rng.random() < 0.6:
                    status = rng.choice(("pending", "completed", "cancelled"))
                    await world.control(
                        "ghl", f"orders/{order_id}/edit", {"status": status, "webhooks": False}
                    )
                if rng.random() < 0.6:
                    await one_of_its_runs_once_more(world, order_id, rng)
            if rng.random() < 0.5:
                await world.faults("act", **rng.choice((_LOST_ACT, {"error_500_before": 3})))
            if rng.random() < 0.7:
                await work(world)
        await world.faults("act", error_500_before=0, **_QUIET)
        await work(world)

        truth = await world.truth()
        assert truth.agrees, (truth.lost, truth.duplicates)
        shop = await world.ghl_truth()
        newest = {row["id"]: row["status"] for row in shop["orders"]}
        paid_back = {row["entity_id"] for row in shop["transactions"] if row["refunded"] == row["amount"]}
        opportunities = (await world.act_truth())["opportunities"]
        held = {row["sourceId"]: row["statusName"] for row in opportunities if row["sourceId"] in newest}
        assert {key: state == "Lost" for key, state in held.items()} == {
            key: status == "cancelled" or key in paid_back for key, status in newest.items()
        }


async def one_of_its_runs_once_more(world: World, order_id: str, rng: Random) -> None:
    ended = await world.rows(
        "SELECT id FROM runs WHERE lane LIKE '%' || $1 AND state NOT IN ('running', 'waiting') ORDER BY id",
        order_id,
    )
    if ended:
        with suppress(FlowError):
            # One that was begun a moment ago is open still.
            await repair.replay_run(world.application.runtime, rng.choice(ended)["id"], ME)


async def test_a_replay_of_what_a_flow_wrote_itself_starts_nothing(make_world: MakeWorld) -> None:
    async with make_world(flows={"contacts-two-way": {"create": "both"}}) as world:
        await work(world)
        fields = {"lastName": "Own", "firstName": "Ada", "emailAddress": "own@both.example"}
        await world.control("act", "edit", {"entity": "contacts", "fields": fields})
        await work(world)
        await work(world)
        [echo] = await world.rows("SELECT id FROM events WHERE reason = 'our own write'")
        before, runs = await both(world), len(await world.rows("SELECT id FROM runs"))

        assert await repair.replay_event(world.application.runtime, echo["id"], ME) == []
        await work(world)

        assert same(before, await both(world))
        assert len(await world.rows("SELECT id FROM runs")) == runs
