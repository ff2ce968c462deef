"""HighLevel orders into Act!: once each, to the cent, with everything that belongs to them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from orderbridge.accounts.connecting import add_connection
from orderbridge.automation.enabling import enable
from orderbridge.cli.proof import reconcile_all
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.core.phones import e164
from orderbridge.emulators.seeds.people import PEOPLE, Person
from support.world import ACT, GHL, TEMPLATE, MakeWorld, World

BY_KEY = {person.key: person for person in PEOPLE}


async def carry_over(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def dead(world: World) -> list[dict[str, Any]]:
    return await world.rows("SELECT cause, reason FROM runs WHERE state = 'dead' ORDER BY cause")


async def opportunities(world: World) -> dict[str, dict[str, Any]]:
    rows = (await world.act_truth("opportunities"))["opportunities"]
    return {row["sourceId"]: row for row in rows if row["source"] == "HighLevel"}


async def contact_of(world: World, order_id: str) -> str:
    (found,) = (await opportunities(world))[order_id]["contacts"]
    return str(found["id"])


async def ghl_contact(world: World, person: Person) -> str:
    contacts = (await world.ghl_truth("contacts"))["contacts"]
    return next(row["id"] for row in contacts if row["email"] == person.email)


async def payments(world: World) -> list[dict[str, Any]]:
    table = (await world.act_truth("custom_tables"))["custom_tables"]["Payments"]
    names = {key: label for label, key in table["columns"].items()}
    return [{names.get(key, key): value for key, value in row.items()} for row in table["records"]]


def lines_of(opportunity: dict[str, Any]) -> dict[str, Decimal]:
    return {line["itemNumber"]: Decimal(line["total"]) for line in opportunity["lines"]}


async def test_webhooks_and_polling_bring_everything_that_belongs_to_an_order(world: World) -> None:
    async with world.hooks():
        sold = await world.sell(16, webhooks=True)
        await world.webhooks_arrived()
    assert {row["source"] for row in await world.rows("SELECT source FROM inbox")} == {"webhook"}
    await world.work_until_idle()
    # Without a single poll the orders and what their reading shows are there.
    assert set(await opportunities(world)) == set(sold["orders"])
    await carry_over(world)
    truth = await world.truth()
    assert truth.agrees, (truth.lost, truth.duplicates)
    assert (truth.orders, truth.transactions) == (16, len(sold["transactions"]))
    assert truth.refunds > 0
    assert truth.subscriptions > 0
    tasks = [
        row for row in (await world.act_truth("tasks"))["tasks"] if "kind=task" in (row["details"] or "")
    ]
    assert len(tasks) == truth.fulfilments > 0
    (result,) = await reconcile_all(world.application)
    assert result.agrees
    assert await dead(world) == []


async def test_polling_alone_brings_the_same(world: World) -> None:
    await world.sell(16)
    await carry_over(world)
    truth = await world.truth()
    assert truth.agrees, (truth.lost, truth.duplicates)
    # Looking again finds nothing to do.
    before = await world.act_truth("requests")
    for result in await world.poll():
        assert result.moved == 0
    await world.work_until_idle()
    assert (await world.act_truth("requests")) == before


async def test_only_the_webhook_splits_tax_from_shipping_and_its_split_is_kept(world: World) -> None:
    async with world.hooks():
        await world.sell(8, webhooks=True)
        await world.webhooks_arrived()
    await world.work_until_idle()
    split = Counter(key for row in (await opportunities(world)).values() for key in lines_of(row))
    assert split["GHL-TAX"] > 0
    assert split["GHL-TAXSHIP"] == 0
    await carry_over(world)
    again = Counter(key for row in (await opportunities(world)).values() for key in lines_of(row))
    assert again == split


async def test_orders_of_the_test_mode_stay_out(world: World) -> None:
    live = (await world.sell(2))["orders"]
    async with world.hooks():
        await world.sell(4, live=False, webhooks=True)
        await world.webhooks_arrived()
    await carry_over(world)
    assert set(await opportunities(world)) == set(live)
    assert (await world.truth()).agrees
    reasons = await world.rows(
        "SELECT DISTINCT reason FROM runs WHERE state = 'nothing' AND reason LIKE '%mode%'"
    )
    assert {row["reason"] for row in reasons} >= {"the order's mode is not this connection's"}


async def test_two_customers_with_one_phone_stay_two(world: World) -> None:
    kate, liam = BY_KEY["kate"], BY_KEY["liam"]
    assert kate.phone == liam.phone
    for person in (kate, liam, kate):
        await world.sell(1, contact_id=await ghl_contact(world, person))
    await carry_over(world)
    assert await dead(world) == []
    contacts = (await world.act_truth("contacts"))["contacts"]
    found = [
        row["emailAddress"]
        for row in contacts
        if (row["emailAddress"] or "").endswith("rowan@customers.test")
    ]
    assert sorted(found) == [kate.email, liam.email]


async def test_customers_that_act_knows_are_found_and_not_made_again(world: World) -> None:
    known = [person for person in PEOPLE if person.in_act and person.email]
    before = (await world.act_truth("contacts"))["contacts"]
    written = {
        person.email: row for row in before for person in known if same(row["emailAddress"], person.email)
    }
    # The database holds the addresses in other letter cases too.
    assert any(row["emailAddress"] != email for email, row in written.items())
    order_of = {}
    for person in known:
        sold = await world.sell(1, contact_id=await ghl_contact(world, person))
        order_of[person.email] = sold["orders"][0]
    await carry_over(world)
    assert await dead(world) == []
    assert len((await world.act_truth("contacts"))["contacts"]) == len(before)
    for email, order_id in order_of.items():
        assert await contact_of(world, order_id) == written[email]["id"]


def same(one: str | None, other: str | None) -> bool:
    return (one or "").casefold() == (other or "").casefold()


async def raw(world: World, **changes: Any) -> str:
    good = {
        "currency": "USD",
        "amount": Decimal("10.00"),
        "liveMode": True,
        "items": [{"name": "Book", "qty": 1, "price": {"_id": "p", "amount": 10, "type": "one_time"}}],
        "amountSummary": {"subtotal": 10, "discount": 0},
    }
    return await world.raw_order(**(good | changes))


async def test_a_customer_without_an_address_is_found_by_a_phone_typed_in_any_way(world: World) -> None:
    before = (await world.act_truth("contacts"))["contacts"]
    checked = 0
    for row in before:
        typed = row["businessPhone"] or row["mobilePhone"]
        number = e164(typed, region="US")
        same_number = [one for one in before if number in phones(one)]
        if number is None or len(same_number) != 1 or row.get("isUser"):
            continue
        contact = {"id": f"by-phone-{checked}", "phone": number, "firstName": "Only", "lastName": "Phone"}
        order_id = await raw(world, contactId=contact["id"], contactSnapshot=contact)
        await carry_over(world)
        assert await contact_of(world, order_id) == row["id"], typed
        checked += 1
    assert checked > 3
    assert len((await world.act_truth("contacts"))["contacts"]) == len(before)


def phones(row: dict[str, Any]) -> set[str | None]:
    return {e164(row[name], region="US") for name in ("businessPhone", "mobilePhone", "homePhone")}


async def test_several_matches_are_held_until_a_person_has_merged_them(world: World) -> None:
    fields = {"firstName": "Twice", "lastName": "There", "emailAddress": "Twice@customers.test"}
    one = await world.control("act", "edit", {"entity": "contacts", "fields": fields})
    other = await world.control("act", "edit", {"entity": "contacts", "fields": fields})
    contact = {"id": "twice", "email": "twice@customers.test", "firstName": "Twice", "lastName": "There"}
    order_id = await raw(world, contactId="twice", contactSnapshot=contact)
    await carry_over(world)
    (letter,) = await dead(world)
    assert letter["cause"] == "contact.several_matches"
    assert all(part in letter["reason"] for part in (order_id, one["id"], other["id"], "merge them in Act!"))
    assert order_id not in await opportunities(world)
    await world.control("act", "edit", {"entity": "contacts", "id": other["id"], "action": "delete"})
    await world.replay()
    await world.work_until_idle()
    assert await contact_of(world, order_id) == one["id"]
    assert await dead(world) == []


async def test_a_later_refund_corrects_the_same_payment_record(world: World) -> None:
    (order_id,) = (await world.sell(1, currency="USD"))["orders"]
    await carry_over(world)
    (before,) = await payments(world)
    assert (await opportunities(world))[order_id]["statusName"] == "Won"
    amount = Decimal((await world.ghl_truth("transactions"))["transactions"][0]["amount"])
    await world.control("ghl", f"orders/{order_id}/refund", {"amount": Decimal("1.00")})
    await carry_over(world)
    (partly,) = await payments(world)
    assert (partly["id"], Decimal(partly["refunded"])) == (before["id"], Decimal("1.00"))
    assert (await opportunities(world))[order_id]["statusName"] == "Won"
    await world.control("ghl", f"orders/{order_id}/refund", {})
    await carry_over(world)
    (wholly,) = await payments(world)
    assert (wholly["id"], Decimal(wholly["refunded"])) == (before["id"], amount)
    assert (await opportunities(world))[order_id]["statusName"] == "Lost"
    assert (await world.truth()).agrees


async def test_an_edited_order_changes_its_lines_and_nobody_elses(world: World) -> None:
    def items(*rows: tuple[str, int, int]) -> list[dict[str, Any]]:
        return [
            {"name": name, "qty": quantity, "price": {"_id": name, "amount": price, "type": "one_time"}}
            for name, quantity, price in rows
        ]

    contact = {"id": "edited", "email": "edited@customers.test", "firstName": "Ed", "lastName": "Ited"}
    order_id = await raw(
        world,
        contactId="edited",
        contactSnapshot=contact,
        items=items(("One", 1, 10), ("Two", 2, 5), ("Three", 1, 7)),
        amount=27,
        amountSummary={"subtotal": 27, "discount": 0},
    )
    await carry_over(world)
    shown = (await opportunities(world))[order_id]
    assert lines_of(shown) == {"GHL-1": 10, "GHL-2": 10, "GHL-3": 7}
    own = {"name": "A favour", "price": 3, "quantity": 1}
    await world.control("act", "edit", {"entity": "lines", "opportunity": shown["id"], "fields": own})
    change = {
        "items": items(("One", 3, 10), ("Three", 1, 7)),
        "amount": 36,
        "amountSummary": {"subtotal": 37, "discount": 1},
        "webhooks": False,
    }
    await world.control("ghl", f"orders/{order_id}/edit", change)
    await carry_over(world)
    assert await dead(world) == []
    after = (await opportunities(world))[order_id]
    assert (after["id"], len(after["lines"])) == (shown["id"], 4)
    by_name = {line["name"]: Decimal(line["total"]) for line in after["lines"]}
    assert by_name == {"One": 30, "Three": 7, "Discount": -1, "A favour": 3}
    # The favour makes Act! say more than HighLevel, and the comparison says why.
    (result,) = await reconcile_all(world.application)
    assert [(item.order_id, item.amount, item.reason) for item in result.differences] == [
        (order_id, Decimal(-3), "opportunity_edited")
    ]


async def test_without_a_currency_field_other_currencies_are_held_until_there_is_one(
    make_world: MakeWorld,
) -> None:
    async with make_world(custom_tables=False, flows=()) as world:
        await enable(world.application.runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=False)
        dollars = (await world.sell(2, currency="USD"))["orders"]
        euros = (await world.sell(2, currency="EUR"))["orders"]
        await carry_over(world)
        assert set(await opportunities(world)) == set(dollars)
        letters = [row for row in await dead(world) if row["cause"] == "order.currency_not_storable"]
        assert len(letters) == 2
        assert all(
            "is in EUR, but this Act! database has no currency field" in row["reason"] for row in letters
        )
        (result,) = await reconcile_all(world.application)
        assert not result.agrees
        assert result.explained
        await enable(world.application.runtime, TEMPLATE, ghl=GHL, act=ACT, create_fields=True)
        await world.replay()
        await world.work_until_idle()
        assert set(await opportunities(world)) == {*dollars, *euros}
        assert await dead(world) == []
        assert (await reconcile_all(world.application))[0].agrees
        # A payment that was kept in the history before there was a table is corrected there.
        await world.control("ghl", f"orders/{dollars[0]}/refund", {"amount": Decimal("1.00")})
        await carry_over(world)
        assert (await reconcile_all(world.application))[0].agrees
        assert (await world.truth()).agrees


async def test_live_and_test_connections_are_never_joined(world: World) -> None:
    details = world.sandbox.details
    config = {"base_url": details["ghl_url"], "location_id": details["location_id"]}
    secret = {"token": details["pit_token"]}
    with pytest.raises(SetupError, match="is this account already"):
        await add_connection(
            world.application.runtime, name="again", system="ghl", mode="live",
            account=details["location_id"], config=config,
            secret=secret,
        )  # fmt: skip
    await add_connection(
        world.application.runtime,
        name="real",
        system="ghl",
        mode="live",
        account="another",
        config=config,
        secret=secret,
    )
    with pytest.raises(FlowError, match="real is live and act is sandbox; test and live never meet"):
        await enable(world.application.runtime, TEMPLATE, ghl="real", act=ACT)


async def test_a_flow_whose_connections_no_longer_fit_writes_nothing(world: World) -> None:
    await world.sell(1)
    await world.poll()
    await world.db.pool.execute("UPDATE connections SET mode = 'live' WHERE name = $1", ACT)
    await world.application.runtime.forget(world.connections[ACT])
    await world.work_until_idle()
    assert {row["cause"] for row in await dead(world)} == {"flow.modes_differ"}
    assert await opportunities(world) == {}


async def test_a_test_connection_takes_the_test_orders_only(make_world: MakeWorld) -> None:
    async with make_world() as world:
        await world.db.pool.execute("UPDATE connections SET mode = 'test'")
        for connection_id in world.connections.values():
            await world.application.runtime.forget(connection_id)
        await world.sell(2)
        tested = (await world.sell(2, live=False))["orders"]
        await carry_over(world)
        assert set(await opportunities(world)) == set(tested)


async def test_no_order_is_ever_created_in_highlevel(world: World) -> None:
    async with world.hooks():
        await world.sell(16, webhooks=True)
        await world.webhooks_arrived()
    await carry_over(world)
    requests = (await world.ghl_truth("requests"))["requests"]
    assert "GET /payments/orders" in requests
    assert not [
        label
        for label in requests
        if label.startswith(("POST", "PUT", "PATCH", "DELETE")) and "_twin" not in label
    ]


@pytest.mark.parametrize("batch", ["on", "404"])
@pytest.mark.parametrize("way", ["webhooks", "polling"])
async def test_the_calls_that_an_order_costs(
    make_world: MakeWorld, batch: str, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = 32
    async with make_world() as world:
        await world.faults("act", batch=batch)
        # The first order pays for looking around in the database.
        await world.sell(1)
        await carry_over(world)
        before = await calls(world)
        if way == "webhooks":
            async with world.hooks():
                await world.sell(orders, webhooks=True)
                await world.webhooks_arrived()
            await world.work_until_idle()
        else:
            await world.sell(orders)
            await carry_over(world)
        after = await calls(world)
        assert (await world.truth()).lost == []
        parts = Counter(
            {
                "orders": orders,
                "lines": sum(len(row["lines"]) for row in (await opportunities(world)).values()),
                "payments": len(await payments(world)),
            }
        )
    spent = {side: after[side] - before[side] for side in after}
    with capsys.disabled():
        print(f"\n{orders} orders by {way}, $batch {batch}, {dict(parts)}")
        for side, counted in spent.items():
            inside = counted["(of these inside a batch)"]
            routes = counted.total() - inside
            print(
                f"  {side}: {(routes - inside) / orders:.1f} calls per order, {routes / orders:.1f} with batch parts"
            )
            for label, count in counted.most_common(12):
                print(f"    {count / orders:6.2f}  {label}")


async def calls(world: World) -> dict[str, Counter[str]]:
    ghl = (await world.ghl_truth("requests"))["requests"]
    act = (await world.act_truth("requests"))["requests"]
    return {
        "HighLevel": Counter(
            {label: sum(counts.values()) for label, counts in ghl.items() if "_twin" not in label}
        ),
        "Act!": Counter({label: count for label, count in act["by_route"].items() if "_twin" not in label})
        # Parts of a batch travel together; whether Act! counts them one by one is not published.
        + Counter({"(of these inside a batch)": act["batch_parts"]}),
    }
