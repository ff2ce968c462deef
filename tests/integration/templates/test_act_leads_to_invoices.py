"""New leads of Act! become contacts of HighLevel with a draft over the price that the owner picked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orderbridge.automation.enabling import enable
from support import act_sales as sales
from support.world import ACT, GHL, MakeWorld, World

TEMPLATE = "act-leads-to-invoices"


def goods(world: World) -> tuple[str, dict[str, Any]]:
    twin = world.sandbox.ghl
    price = next(
        row for row in twin.prices if row["type"] == "one_time" and row["currency"] == "USD" and row["amount"]
    )
    return str(price["product"]), price


async def set_up(world: World, **settings: Any) -> None:
    product, price = goods(world)
    chosen = {"product": product, "price": price["_id"]} | settings
    await enable(world.application.runtime, TEMPLATE, ghl=GHL, act=ACT, settings=chosen)
    await sales.looked(world, rounds=1)


async def lead(world: World, **fields: Any) -> str:
    return await sales.person(world, idStatus="Lead", **fields)


async def test_each_lead_gets_one_draft_whatever_gets_lost_and_nobody_is_told(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await set_up(world)
        _, price = goods(world)
        people = len((await world.ghl_truth("contacts"))["contacts"])
        await world.faults(
            "ghl",
            drop_after_write=3,
            error_500_after_write=2,
            throttle_429=3,
            html_error=2,
        )
        await world.faults("act", error_500_before=2)
        leads = [await lead(world) for _ in range(4)]
        await sales.person(world)
        await sales.looked(world)
        for status in ("Customer", "Lead"):
            await sales.edit(world, "contacts", leads[0], fields={"idStatus": status})
            await sales.looked(world)

        invoices = await sales.all_invoices(world)
        assert [(row["total"], row["status"]) for row in invoices] == [
            (Decimal(price["amount"]), "draft")
        ] * 4
        assert len({row["contact_id"] for row in invoices}) == 4
        assert len((await world.ghl_truth("contacts"))["contacts"]) == people + 4
        assert (await world.ghl_truth("messages"))["messages"] == []
        assert await sales.dead(world) == []


async def test_a_lead_that_cannot_be_reached_is_held_until_it_can(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await set_up(world)
        people = len((await world.ghl_truth("contacts"))["contacts"])
        one = await lead(world, emailAddress="")
        other = await lead(world, businessPhone="")
        await sales.looked(world)
        assert [cause for cause, _ in await sales.dead(world)] == ["contact.incomplete"] * 2
        assert await sales.all_invoices(world) == []
        assert len((await world.ghl_truth("contacts"))["contacts"]) == people

        await sales.edit(world, "contacts", one, fields={"emailAddress": "now@reachable.test"})
        await sales.edit(world, "contacts", other, fields={"businessPhone": "+14155557711"})
        await sales.looked(world)
        # No replay was needed.
        assert await sales.dead(world) == []
        assert len(await sales.all_invoices(world)) == 2


async def test_a_price_of_nothing_or_one_that_is_gone_never_becomes_an_invoice(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        product, price = goods(world)
        for wrong, change in (
            ({"price": "6a1b2c3d4e5f60718293a4e2"}, {}),
            ({"product": "6a1b2c3d4e5f60718293a4e1"}, {}),
            ({}, {"amount": 0}),
        ):
            await set_up(world, **wrong)
            amount = price["amount"]
            world.sandbox.ghl.prices.update(price, **change)
            await lead(world)
            await sales.looked(world)
            world.sandbox.ghl.prices.update(price, amount=amount)
        assert [cause for cause, _ in await sales.dead(world)] == ["invoice.price_unusable"] * 3
        assert await sales.all_invoices(world) == []
        assert product


async def test_a_lead_hears_of_it_once_and_only_where_the_owner_asked(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await set_up(
            world, email_customer_as=world.sandbox.ghl.user_id, field="custom_fields.user1", value="hot"
        )
        cold = await sales.person(world)
        await sales.looked(world)
        assert await sales.all_invoices(world) == []
        await sales.edit(world, "contacts", cold, fields={"customFields": {"user1": "Hot"}})
        await sales.looked(world)
        await sales.edit(world, "contacts", cold, fields={"company": "Elsewhere"})
        await sales.looked(world)
        messages = (await world.ghl_truth("messages"))["messages"]
        assert [row["action"] for row in messages] == ["email"]
