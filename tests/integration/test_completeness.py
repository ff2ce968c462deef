"""What came, by which way, and what is missing: the statement of a day against what the twin knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from orderbridge.core.business_day import day_of
from orderbridge.core.clock import SystemClock
from orderbridge.engine import time_zones
from orderbridge.proof.completeness import completeness
from orderbridge.proof.completeness_statement import Completeness
from orderbridge.store import connections
from orderbridge.sync import poll
from support import invoices
from support.operations import Operations
from support.world import ACT, GHL, MakeWorld, World

TROUBLE = {"webhook_lose_share": 0.05, "webhook_duplicate_share": 0.05, "webhook_reorder_share": 0.2}


class MovedClock(SystemClock):
    """The machine's clock, moved on when told."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved


async def at_noon(world: World) -> date:
    """Count days in a zone where it is about noon, so that no test meets midnight; returns the day there."""
    now = world.application.runtime.clock.now()
    zone = f"Etc/GMT{now.hour - 12:+d}"
    for name in (GHL, ACT):
        await time_zones.set_time_zone(world.application.runtime, name, zone)
    return day_of(now, time_zones.zone_of(zone))


async def stated(world: World, day: date, *, of: str = GHL, **options: Any) -> Completeness:
    async with world.db.read() as tx:
        connection = await connections.by_id(tx, world.connections[of])
    return await completeness(world.application.runtime, connection, day, **options)


async def log_since(world: World, known: int) -> list[Any]:
    return list((await world.control("ghl", "webhooks/log"))["events"][known:])


def told(events: Iterable[Any]) -> set[str]:
    """Orders of which at least one of these webhooks arrived."""
    return {event["record"] for event in events if event["arrived"] and event["type"].startswith("Order")}


async def look_after(world: World, clock: MovedClock) -> None:
    """Poll as the server does, a minute later."""
    clock.moved += timedelta(seconds=61)
    results = await poll.poll_all(world.application.runtime)
    assert not [item.error for item in results if item.error]
    await world.work_until_idle()


async def test_what_webhooks_lose_is_recovered_by_polls_and_the_statement_says_exactly_what(
    make_world: MakeWorld,
) -> None:
    clock = MovedClock()
    async with make_world(clock=clock) as world:
        day = await at_noon(world)
        # Four of them are lost in any case, whatever the dice say.
        await world.faults("ghl", **TROUBLE, webhook_lose=4)
        async with world.hooks():
            sold = await world.sell(70, webhooks=True)
            paid = await world.sell(36, webhooks=True, outcome="paid")
            await world.control("ghl", "webhooks/flush", {})
            await world.work_until_idle()
        first = await log_since(world, 0)
        orders = {*sold["orders"], *paid["orders"]}
        lost = orders - told(first)
        assert lost
        assert {event["swapped"] for event in first} == {True, False}
        assert max(event["copies"] for event in first) > 1
        await look_after(world, clock)

        await world.faults("ghl", webhook_lose=1)
        refunded, fulfilled, cancelled = paid["orders"][:12], paid["orders"][12:24], paid["orders"][24:]
        async with world.hooks():
            for order in cancelled:
                await world.control("ghl", f"orders/{order}/edit", {"status": "cancelled"})
            for order in refunded:
                await world.control("ghl", f"orders/{order}/refund", {})
            for order in fulfilled:
                await world.control("ghl", f"orders/{order}/fulfil", {})
            await world.control("ghl", "webhooks/flush", {})
            await world.work_until_idle()
        second = await log_since(world, len(first))
        lost_edits = set(cancelled) - told(second)
        assert lost_edits
        await look_after(world, clock)

        truth = await world.ghl_truth("orders", "transactions", "subscriptions", "fulfilments")
        states = {
            (row["kind"], row["record_id"]): row["state"]
            for row in await world.rows("SELECT kind, record_id, state FROM records")
        }
        for order in truth["orders"]:
            state = states["order", order["id"]]
            assert (state["status"], state["amount"]) == (order["status"], order["amount"]), order
        for item in truth["transactions"]:
            state = states["transaction", item["id"]]
            assert (state["amount"], state["refunded"]) == (item["amount"], item["refunded"]), item
        assert not (await world.truth()).lost

        found = await stated(world, day)
        assert found.complete
        assert found.missing == 0
        order_kind = found.kinds["order"]
        by_webhook = len(orders) - len(lost) + len(cancelled) - len(lost_edits)
        recovered = len(lost) + len(lost_edits)
        # No webhook tells of a refund or of goods handed over.
        silent = len(refunded) + len(fulfilled)
        assert order_kind.ways == {"webhook": by_webhook, "poll": recovered + silent}
        assert order_kind.recovered == recovered
        total = by_webhook + recovered + silent
        assert found.lines()[0] == (
            f"{day} {GHL}: {total:,} order events: {by_webhook:,} by webhook, {recovered:,} recovered by poll, "
            f"{silent} by poll, 0 missing"
        )
        for kind in ("order", "transaction", "subscription", "fulfilment"):
            assert found.kinds[kind].listed == len(truth[f"{kind}s"]), kind
            assert found.kinds[kind].agreeing == found.kinds[kind].listed, found.kinds[kind].gaps
        # The polls saw again what webhooks had told: a change is counted once, however often it came.
        assert order_kind.also["poll"] == len(orders) - len(lost) + len(cancelled) - len(lost_edits)


async def test_without_polls_the_statement_names_exactly_the_lost_ones(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        day = await at_noon(world)
        await world.faults("ghl", **TROUBLE, webhook_lose=4)
        async with world.hooks():
            sold = await world.sell(200, webhooks=True, outcome="paid")
            await world.control("ghl", "webhooks/flush", {})
            await world.work_until_idle()
        first = await log_since(world, 0)
        lost = set(sold["orders"]) - told(first)
        await world.faults("ghl", webhook_lose=1)
        edited = [order for order in sold["orders"] if order not in lost][:60]
        async with world.hooks():
            for order in edited:
                await world.control("ghl", f"orders/{order}/edit", {"status": "cancelled"})
            await world.control("ghl", "webhooks/flush", {})
            await world.work_until_idle()
        lost_edits = set(edited) - told(await log_since(world, len(first)))
        assert lost
        assert lost_edits

        found = await stated(world, day)
        assert not found.complete
        gaps = found.kinds["order"].gaps
        assert {gap.record_id for gap in gaps if gap.what == "missing"} == lost
        assert {gap.record_id for gap in gaps if gap.what == "stale"} == lost_edits
        assert Counter(gap.what for gap in gaps) == {"missing": len(lost), "stale": len(lost_edits)}
        stale = next(gap for gap in gaps if gap.what == "stale")
        assert stale.why == "status is cancelled there and completed with us"
        truth = await world.ghl_truth("transactions")
        ids = {row["id"] for row in truth["transactions"] if row["entity_id"] in lost}
        assert {gap.record_id for gap in found.kinds["transaction"].gaps} == ids
        assert found.lines()[0].endswith(f", 0 recovered by poll, {len(lost) + len(lost_edits)} missing")

        # What was missing comes with the next poll, and the next statement says what it was before.
        await world.poll()
        await world.work_until_idle()
        after = await stated(world, day)
        assert after.complete
        assert after.kinds["order"].ways["poll"] == len(lost) + len(lost_edits)
        assert after.before == (found.made_at, found.missing)


@pytest.mark.parametrize("kind", ["order", "transaction"])
async def test_every_row_of_a_list_is_in_exactly_one_part(world: World, kind: str) -> None:
    day = await at_noon(world)
    await world.sell(5)
    await world.poll()
    await world.work_until_idle()
    await world.sell(3)
    statement = (await stated(world, day)).kinds[kind]
    assert statement.listed == statement.agreeing + statement.earlier + statement.passed + len(statement.gaps)
    assert statement.changes == statement.came + len(statement.gaps)
    assert statement.missing == len(statement.gaps) > 0


async def test_a_day_of_25_hours_begins_and_ends_at_its_own_midnights(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await time_zones.set_time_zone(world.application.runtime, GHL, "Europe/Vienna")
        made = {
            "2026-10-24T21:59:59.999Z": date(2026, 10, 24),
            "2026-10-24T22:00:00.000Z": date(2026, 10, 25),
            # Both hours from two to three.
            "2026-10-25T00:30:00.000Z": date(2026, 10, 25),
            "2026-10-25T01:30:00.000Z": date(2026, 10, 25),
            "2026-10-25T22:59:59.999Z": date(2026, 10, 25),
            "2026-10-25T23:00:00.000Z": date(2026, 10, 26),
        }
        for at in made:
            await world.raw_order(amount=10, currency="EUR", liveMode=True, createdAt=at)
        await world.poll()
        await world.work_until_idle()
        for day, orders in Counter(made.values()).items():
            found = await stated(world, day)
            assert (found.kinds["order"].came, found.kinds["order"].listed) == (orders, orders)
            assert found.complete


async def calls(world: World) -> dict[str, Any]:
    every = (await world.ghl_truth("requests"))["requests"]
    return {label: counts for label, counts in every.items() if "/_twin/" not in label}


async def test_an_empty_day_is_complete_and_a_day_to_come_asks_nobody(world: World) -> None:
    day = await at_noon(world)
    quiet = day - timedelta(days=400)
    found = await stated(world, quiet)
    assert found.lines() == [f"{quiet} {GHL}: 0 order events: 0 by webhook, 0 recovered by poll, 0 missing"]
    assert found.complete
    before = await calls(world)
    tomorrow = await stated(world, day + timedelta(days=1))
    assert tomorrow.notes == ["this day has not begun"]
    assert tomorrow.kinds == {}
    assert await calls(world) == before


async def test_of_a_paused_account_the_statement_says_that_nobody_could_be_asked(world: World) -> None:
    day = await at_noon(world)
    await world.sell(2)
    await world.poll()
    await world.work_until_idle()
    await world.db.pool.execute("UPDATE connections SET state = 'paused' WHERE name = $1", GHL)
    world.application.runtime.look_again(world.connections[GHL])
    found = await stated(world, day)
    assert not found.complete
    assert "paused" in str(found.kinds["order"].not_asked)
    assert found.lines()[0] == (
        f"{day} {GHL}: 2 order events: 0 by webhook, 2 recovered by poll, unknown how many missing"
    )


async def test_an_account_that_does_not_let_us_in_is_said_and_has_to_be_reconnected(world: World) -> None:
    day = await at_noon(world)
    await world.faults("ghl", unauthorized_401=True)
    found = await stated(world, day)
    assert not found.complete
    assert all(kind.not_asked for kind in found.kinds.values())
    [row] = await world.rows("SELECT state FROM connections WHERE name = $1", GHL)
    assert row["state"] == "reconnect"


async def test_a_list_that_is_refused_leaves_the_others_proved(world: World) -> None:
    day = await at_noon(world)
    await world.sell(2)
    await world.poll()
    await world.work_until_idle()
    await world.faults("ghl", html_error={"match": "GET /payments/subscriptions"})
    found = await stated(world, day)
    assert not found.complete
    assert found.kinds["subscription"].not_asked is not None
    assert (found.kinds["order"].listed, found.kinds["order"].agreeing) == (2, 2)


async def test_a_row_that_cannot_be_read_is_named_and_is_no_order_that_is_missing(world: World) -> None:
    day = await at_noon(world)
    bad = await world.raw_order(amount="ten", currency="USD", liveMode=True)
    await world.sell(1)
    await world.poll()
    await world.work_until_idle()
    found = await stated(world, day)
    [gap] = found.kinds["order"].gaps
    assert (gap.record_id, gap.what) == (bad, "unreadable")
    assert "amount" in gap.why
    assert (found.missing, found.complete) == (0, False)
    assert ", 1 unreadable, 0 missing" in found.lines()[0]


async def test_what_came_and_waits_is_in_work_and_what_needs_a_person_says_so(world: World) -> None:
    day = await at_noon(world)
    await world.sell(1)
    await world.poll()
    found = await stated(world, day)
    assert {gap.what for gap in found.kinds["order"].gaps} == {"in_work"}
    assert found.complete
    await world.db.pool.execute("UPDATE inbox SET outcome = 'dead', reason = 'it has no buyer'")
    found = await stated(world, day)
    [gap] = found.kinds["order"].gaps
    assert (gap.what, gap.why, gap.todo) == (
        "needs_a_person",
        "it has no buyer",
        "see 'orderbridge dead-letters list'",
    )
    assert not found.complete


async def test_a_clock_over_there_that_is_days_ahead_moves_no_change_to_another_day(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        day = await at_noon(world)
        ahead = (datetime.now(UTC) + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        await world.raw_order(amount=10, currency="EUR", liveMode=True, createdAt=ahead)
        await world.poll()
        await world.work_until_idle()
        found = await stated(world, day)
        assert found.kinds["order"].came == 1
        assert found.kinds["order"].slowest_s == 0


async def test_the_location_says_its_time_zone_and_the_owner_may_say_another(world: World) -> None:
    async with world.db.read() as tx:
        connection = await connections.by_id(tx, world.connections[GHL])
        other = await connections.by_id(tx, world.connections[ACT])
    runtime = world.application.runtime
    said = await time_zones.time_zone(runtime, connection)
    assert said.said_by == "highlevel"
    assert (await time_zones.time_zone(runtime, other)).name == "UTC"
    assert "nobody said" in str((await time_zones.time_zone(runtime, other)).note)
    await time_zones.set_time_zone(runtime, GHL, "Asia/Kathmandu")
    async with world.db.read() as tx:
        connection = await connections.by_id(tx, world.connections[GHL])
    assert (await time_zones.time_zone(runtime, connection)).name == "Asia/Kathmandu"


async def test_contacts_of_both_sides_are_proved_where_a_flow_carries_them(make_world: MakeWorld) -> None:
    table = [{"field": name, "owner": "ghl"} for name in ("first_name", "last_name", "email", "phone")]
    async with make_world(flows={"contacts-two-way": {"fields": table, "create": "both"}}) as world:
        ops, day = Operations(world), await at_noon(world)
        for _ in range(3):
            await world.poll()
            await world.work_until_idle()
        place = {"locationId": ops.location}
        await ops.ghl("POST", "/contacts/", {"firstName": "Ada", "email": "ada@one.example"} | place)
        left = await ops.act("contacts", fields={"fullName": "Bob Two", "emailAddress": "bob@two.example"})
        # Each side's list shows one that nothing has told of.
        for side, record_id in ((GHL, None), (ACT, str(left["id"]))):
            found = await stated(world, day, of=side)
            [gap] = found.kinds["contact"].gaps
            assert gap.what == "missing"
            assert record_id in (None, gap.record_id)
        for _ in range(3):
            await world.poll()
            await world.work_until_idle()
        for side in (GHL, ACT):
            found = await stated(world, day, of=side)
            contacts = found.kinds["contact"]
            assert found.complete, contacts.gaps
            assert contacts.agreeing >= 2
            assert contacts.listed == contacts.agreeing + contacts.earlier


async def test_an_invoice_that_was_paid_since_is_stale_until_a_poll_finds_it(make_world: MakeWorld) -> None:
    async with make_world(flows=("payment-status-both-sides",)) as world:
        ops, day = Operations(world), await at_noon(world)
        await world.poll()
        invoice = await invoices.draft(ops)
        await world.poll()
        await world.work_until_idle()
        found = await stated(world, day)
        assert (found.kinds["invoice"].agreeing, found.missing) == (1, 0), found.kinds["invoice"].gaps
        await invoices.sent(ops, invoice)
        await invoices.paid(ops, invoice)
        [gap] = (await stated(world, day)).kinds["invoice"].gaps
        assert (gap.record_id, gap.what) == (invoice, "stale")
        assert "status is paid there and draft with us" in gap.why
        await world.poll()
        await world.work_until_idle()
        found = await stated(world, day)
        assert found.kinds["invoice"].gaps == []
        assert found.kinds["invoice"].recovered == found.kinds["invoice"].came == 2
        # The payment of an invoice is no order's: it is known, or not ours to carry.
        payments = found.kinds["transaction"]
        assert payments.listed == payments.agreeing + payments.passed == 1
