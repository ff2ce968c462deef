"""Bad input: one clear line or a visible dead letter with its reason, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from orderbridge.accounts.connecting import replace_secret
from orderbridge.catalogue.act.profile import PAYMENTS
from orderbridge.cli.proof import reconcile_all
from orderbridge.core.errors import ReconnectError
from orderbridge.proof.reconciliation import Reconciliation
from orderbridge.proof.shown import reconciliation_object
from support.command import orderbridge
from support.raw_orders import item, order
from support.world import ACT, GHL, MakeWorld, World


async def carry_over(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def try_again(world: World) -> None:
    """What ``orderbridge dead-letters replay`` does, and the work that follows."""
    await world.replay()
    await world.work_until_idle()


async def dead(world: World) -> list[tuple[str, str]]:
    """Everything that needs a person: (cause, reason) of runs, ("delivery", reason) of deliveries."""
    found = await world.rows("SELECT cause, reason FROM runs WHERE state = 'dead'")
    found += await world.rows("SELECT 'delivery' AS cause, reason FROM inbox WHERE outcome = 'dead'")
    return [(row["cause"], row["reason"]) for row in found]


async def compared(world: World) -> Reconciliation:
    (result,) = await reconcile_all(world.application)
    return result


async def opportunity_of(world: World, order_id: str) -> dict[str, Any]:
    rows = (await world.act_truth("opportunities"))["opportunities"]
    (found,) = [row for row in rows if row["sourceId"] == order_id]
    return dict(found)


BROKEN: list[tuple[str, dict[str, Any], dict[str, Any], Sequence[str]]] = [
    ("an unknown currency", {"currency": "QQQ"}, {"currency": "USD"}, ["'QQQ'", "ISO 4217"]),
    ("no currency", {"currency": None}, {"currency": "USD"}, ["'currency' is missing"]),
    (
        "no contact",
        {"contactId": None, "contactSnapshot": None},
        {},
        ["has no contact in HighLevel", "replay"],
    ),
    (
        "a contact that nobody could find again",
        {"contactSnapshot": {"firstName": "Nobody"}, "contactId": "nobody"},
        {},
        ["nobody"],
    ),
    (
        "an amount that is a text",
        {"amount": "20.00"},
        {"amount": Decimal("20.00")},
        ["'amount' must be a number"],
    ),
    ("no amount", {"amount": None}, {"amount": Decimal("20.00")}, ["'amount' is missing"]),
    (
        "a price that is a text",
        {"items": [item() | {"price": {"amount": "10,00"}}]},
        {"items": [item(quantity=2)]},
        ["must be a number"],
    ),
    (
        "a negative quantity",
        {"items": [item(quantity=3), item("Return", quantity=-1)]},
        {"items": [item(quantity=2)]},
        ["item 2 (Return)", "quantity -1", "by hand"],
    ),
]


@pytest.mark.parametrize(
    ("changes", "repair", "said"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
async def test_a_broken_order_is_shown_with_its_reason_and_carried_over_once_it_is_corrected(
    world: World, changes: dict[str, Any], repair: dict[str, Any], said: Sequence[str]
) -> None:
    good = await order(world)
    bad = await order(world, **changes)
    await carry_over(world)
    ((_, reason),) = await dead(world)
    assert all(part in reason for part in (bad, *said)), reason
    held = await compared(world)
    # The other order is not stopped by it, and the comparison knows of the one that waits.
    assert (await opportunity_of(world, good))["productTotal"] == Decimal("20.00")
    assert not held.agrees
    assert held.explained
    assert reconciliation_object(held)["line"]
    if not repair:
        contacts = (await world.ghl_truth("contacts"))["contacts"]
        who = next(row for row in contacts if row["phone"] is None and row["email"])
        snapshot = {"id": who["id"], "email": who["email"], "firstName": "Noah", "lastName": "Example"}
        repair = {"contactId": who["id"], "contactSnapshot": snapshot}
    await world.control("ghl", f"orders/{bad}/edit", repair | {"webhooks": False})
    await try_again(world)
    assert await dead(world) == []
    assert (await opportunity_of(world, bad))["productTotal"] == Decimal("20.00")
    assert (await compared(world)).agrees
    # The next poll finds the edit too, and nothing comes of it.
    await carry_over(world)
    assert (await world.truth()).agrees


async def test_replaying_what_was_not_corrected_says_the_same_again(world: World) -> None:
    await order(world, currency="QQQ")
    await carry_over(world)
    before = await dead(world)
    await try_again(world)
    assert await dead(world) == before


async def test_an_old_dead_letter_never_writes_over_a_newer_state(world: World) -> None:
    bad = await order(world, items=[item(quantity=3), item(quantity=-1)])
    await carry_over(world)
    assert len(await dead(world)) == 1
    await world.control("ghl", f"orders/{bad}/edit", {"items": [item(quantity=2)], "webhooks": False})
    await carry_over(world)
    # The newer state has settled it: nothing waits for a person any more.
    assert await dead(world) == []
    await try_again(world)
    assert (await opportunity_of(world, bad))["productTotal"] == Decimal("20.00")
    assert (await world.truth()).agrees


@pytest.mark.slow
@pytest.mark.parametrize("batch", ["on", "404"])
async def test_an_order_with_ten_thousand_positions_is_carried_over(
    make_world: MakeWorld, batch: str
) -> None:
    count = 10_000 if batch == "on" else 300
    items = [item(f"Thing {number}", "0.01") for number in range(count)]
    async with make_world(write_timeout_s=60, lane_lease_s=30) as world:
        await world.faults("act", batch=batch)
        amount = Decimal(count) / 100
        big = await order(
            world, items=items, amount=amount, amountSummary={"subtotal": amount, "discount": 0}
        )
        await world.poll()
        await world.work_until_idle()
        assert await dead(world) == []
        found = await opportunity_of(world, big)
        assert (len(found["lines"]), found["productTotal"]) == (count, amount)
        assert (await world.truth()).agrees


async def test_a_refused_negative_line_is_a_dead_letter_that_names_the_switch(world: World) -> None:
    await world.faults("act", refuse_negative_price=True)
    bad = await order(world, amount=Decimal("15.00"), amountSummary={"subtotal": 20, "discount": 5})
    await carry_over(world)
    ((_, reason),) = await dead(world)
    assert bad in reason
    assert "--no-negative-prices" in reason
    assert (await compared(world)).explained
    ran = await orderbridge("connections", "set", ACT, "--no-negative-prices", environment=world.environment)
    assert (ran.code, ran.out.strip()) == (0, f"{ACT}: negative_prices = False")
    await world.application.runtime.forget(world.connections[ACT])
    await try_again(world)
    assert await dead(world) == []
    assert (await opportunity_of(world, bad))["productTotal"] == Decimal("15.00")
    assert (await compared(world)).agrees


async def test_where_negative_lines_are_refused_the_discount_goes_into_the_prices(
    make_world: MakeWorld,
) -> None:
    async with make_world(act_config={"negative_prices": False}) as world:
        await world.faults("act", refuse_negative_price=True)
        bought = [item("One", "9.99", 3), item("Two", "0.01"), item("Half", "5.55", Decimal("1.5"))]
        found = await order(
            world,
            items=bought,
            amount=Decimal("31.00"),
            amountSummary={"subtotal": Decimal("38.31"), "discount": Decimal("7.31")},
        )
        await carry_over(world)
        assert await dead(world) == []
        shown = await opportunity_of(world, found)
        assert shown["productTotal"] == Decimal("31.00")
        assert all(Decimal(line["price"]) >= 0 for line in shown["lines"])
        await world.sell(20)
        await carry_over(world)
        assert await dead(world) == []
        assert (await world.truth()).agrees


async def test_names_with_emoji_and_markup_arrive_as_they_are(world: World) -> None:
    names = ["Kurs 🌻👩🏽‍🚀", "[bold]Fett[/bold]", "O'Neill & <Söhne>", "日本語 \u202eright", "a\tb"]
    contact = {
        "id": "emoji",
        "email": "emoji@customers.test",
        "firstName": "🌻 Olga",
        "lastName": "O'Neill [/x] 🎉",
    }
    found = await order(
        world,
        items=[item(name, "4.00") for name in names],
        contactId="emoji",
        contactSnapshot=contact,
    )
    await carry_over(world)
    assert await dead(world) == []
    assert {line["name"] for line in (await opportunity_of(world, found))["lines"]} == set(names)
    people = (await world.act_truth("contacts"))["contacts"]
    (who,) = [row for row in people if row["emailAddress"] == "emoji@customers.test"]
    assert (who["firstName"], who["lastName"]) == ("🌻 Olga", "O'Neill [/x] 🎉")


@pytest.mark.parametrize("old_build", [False, True])
async def test_without_custom_tables_the_history_is_used_and_the_totals_agree(
    make_world: MakeWorld, old_build: bool
) -> None:
    async with make_world(custom_tables=False, flows=()) as world:
        from orderbridge.automation.enabling import enable

        await world.faults("act", no_custom_tables=old_build)
        result = await enable(
            world.application.runtime, "orders-to-opportunities", ghl=GHL, act=ACT, create_fields=old_build
        )
        if not old_build:
            # Nobody let us create tables or the currency field: only the base currency is carried over.
            assert any("table Payments" in line for line in result["missing"])
        await world.sell(16, currency="USD")
        await carry_over(world)
        assert await dead(world) == []
        truth, shown = await world.truth(), await compared(world)
        assert truth.agrees, (truth.lost, truth.duplicates, truth.totals)
        assert shown.agrees
        assert shown.act["paid"]["USD"] > 0
        assert shown.act["refunded"]["USD"] > 0
        assert PAYMENTS not in (await world.application.runtime.profile(world.connections[ACT])).tables


async def test_a_wrong_password_stops_nothing_for_good(world: World) -> None:
    runtime, act = world.application.runtime, world.sandbox.act
    await world.sell(3)
    await carry_over(world)
    right = act.password
    act.password = "changed-by-its-owner"
    await world.faults("act", expire_tokens=1)
    await world.sell(4)
    await world.poll()

    async def all_wait() -> bool:
        rows = await world.rows("SELECT count(*) AS n FROM lanes WHERE queued AND retry_at IS NOT NULL")
        return bool(rows[0]["n"] == 4)

    await world.work_until(all_wait)
    state = await world.rows("SELECT state, state_reason FROM connections WHERE name = $1", ACT)
    assert state[0]["state"] == "reconnect"
    assert all(word in state[0]["state_reason"] for word in ("user", "password", "database"))
    assert right not in state[0]["state_reason"]
    assert await dead(world) == []
    # What is new meanwhile is still taken in.
    await world.sell(1)
    await world.poll()
    assert {row["outcome"] for row in await world.rows("SELECT outcome FROM inbox")} >= {"pending"}
    with pytest.raises(ReconnectError, match="password"):
        await replace_secret(world.application.runtime, ACT, "wrong again")
    await replace_secret(world.application.runtime, ACT, "changed-by-its-owner")
    await world.work_until_idle()
    assert (await world.truth()).agrees
    state = await world.rows("SELECT state, state_reason FROM connections WHERE name = $1", ACT)
    assert state == [{"state": "ok", "state_reason": None}]
    assert runtime is world.application.runtime


async def test_a_list_row_that_cannot_be_read_hides_no_other(world: World) -> None:
    bad = await order(world, amount="20.00")
    await world.sell(5)
    results = await world.poll()
    orders = results[0].streams[0]
    assert (orders.rows, orders.unreadable, results[0].error) == (5, 1, None)
    await world.work_until_idle()
    ((_, reason),) = await dead(world)
    assert bad in reason
    shown = await compared(world)
    assert (shown.unreadable, shown.agrees) == (1, False)


async def test_an_order_that_disappears_is_said_to_have_disappeared(world: World) -> None:
    kept, gone = (await world.sell(2))["orders"]
    await world.poll()
    orders = world.sandbox.ghl.orders
    orders.remove(orders.get(gone))
    await world.work_until_idle()
    reasons = await dead(world)
    assert reasons
    assert all(gone in reason for _, reason in reasons)
    assert not (await compared(world)).agrees
    assert (await opportunity_of(world, kept))["sourceId"] == kept


async def test_two_workers_on_one_database_share_the_work(make_world: MakeWorld) -> None:
    async with make_world() as world:
        await world.sell(12)
        await world.poll()
        async with world.working(), world.working():
            await world.idle()
        assert (await world.truth()).agrees
