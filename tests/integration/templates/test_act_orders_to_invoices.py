"""Won opportunities of Act! become invoices of HighLevel, once each, and their payments come back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orderbridge.automation.enabling import enable
from support import act_sales as sales
from support.world import ACT, GHL, MakeWorld, World

TEMPLATE = "act-orders-to-invoices"


@pytest.fixture
async def world(make_world: MakeWorld) -> Any:
    async with make_world(flows=[TEMPLATE]) as opened:
        await sales.looked(opened, rounds=1)
        yield opened


async def set_up(world: World, **settings: Any) -> None:
    await enable(world.application.runtime, TEMPLATE, ghl=GHL, act=ACT, settings=settings)
    await sales.looked(world, rounds=1)


def user(world: World) -> str:
    return str(world.sandbox.ghl.user_id)


async def shown(world: World) -> list[str]:
    """How the history of Act! shows invoices."""
    rows = (await world.act_truth("histories"))["histories"]
    return [row["regarding"] for row in rows if "kind=invoice" in (row["details"] or "")]


async def only(world: World) -> dict[str, Any]:
    [invoice] = await sales.all_invoices(world)
    return invoice


async def test_a_won_opportunity_becomes_one_draft_and_nobody_is_told(world: World) -> None:
    deal = await sales.deal(
        world, ("Kiln", "1149.50", 1), ("Glaze", "8.07", 3), ("Voucher", "-50", 1), status="Won"
    )
    await sales.deal(world)

    await sales.looked(world)

    invoice = await only(world)
    assert (invoice["total"], invoice["currency"]) == (Decimal("1123.71"), "USD")
    assert (await world.ghl_truth("messages"))["messages"] == []
    assert await shown(world) == [f"Invoice {invoice['number']}: draft"]
    # Reopened and won again it is the same sale.
    await sales.put(world, deal, "Open")
    await sales.looked(world)
    await sales.put(world, deal, "Won")
    await sales.looked(world)
    assert (await only(world))["status"] == "draft"
    assert await sales.dead(world) == []


@pytest.mark.parametrize("switch", [False, True], ids=["transaction only", "order too"])
async def test_payments_and_refunds_come_back_once_and_the_state_is_shown(world: World, switch: bool) -> None:
    await enable(world.application.runtime, "orders-to-opportunities", ghl=GHL, act=ACT)
    await set_up(world, mark_sent_as=user(world), status_field="opportunity_field_1")
    await world.faults("ghl", invoice_makes_order=switch)
    deal = await sales.deal(world, ("Kiln", "100.00", 1), status="Won")
    before = len((await world.act_truth("opportunities"))["opportunities"])
    await sales.looked(world)
    invoice = await only(world)
    assert (invoice["status"], await shown(world)) == ("sent", [f"Invoice {invoice['number']}: sent"])

    async with world.hooks():
        sales.pay(world, invoice["id"], "40")
        sales.pay(world, invoice["id"])
    await sales.looked(world)
    sales.refund(world, invoice["id"], "15")
    await sales.looked(world)

    rows = await sales.payments_of(world, deal)
    assert sorted((Decimal(row["Amount"]), row["Status"]) for row in rows) == [
        (Decimal(40), "succeeded"), (Decimal(60), "succeeded"),
    ]  # fmt: skip
    assert (
        sum(Decimal(part.split(" ")[0]) for row in rows for part in row["Details"].split("refunded=")[1:])
        == 15
    )
    assert await shown(world) == [f"Invoice {invoice['number']}: partially refunded"]
    fields = (await sales.opportunity(world, deal))["customFields"]
    assert fields["opportunity_field_1"] == "partially_refunded"
    orders = (await world.ghl_truth("orders"))["orders"]
    assert len(orders) == (1 if switch else 0)
    assert len((await world.act_truth("opportunities"))["opportunities"]) == before
    assert await sales.dead(world) == []


async def test_whatever_gets_lost_or_comes_late_there_is_one_invoice_for_each_sale(world: World) -> None:
    await set_up(world, mark_sent_as=user(world))
    deals = [await sales.deal(world, ("Kiln", f"{number}.10", 2)) for number in range(1, 7)]
    await world.faults(
        "ghl",
        drop_after_write={"count": 2, "match": "POST /invoices/"},
        error_500_after_write=3,
        throttle_429=4,
        html_error=2,
        webhook_duplicate=1,
        webhook_lose=3,
    )
    await world.faults("act", error_500_after_write=2, drop_after_write=2, error_500_before=2, throttle_429=1)
    async with world.hooks(), world.working():
        for deal in deals:
            await sales.put(world, deal, "Won")
        for _ in range(3):
            await world.poll()
            await world.idle()
    await sales.looked(world)

    invoices = await sales.all_invoices(world)
    assert sorted(row["total"] for row in invoices) == [Decimal(f"{number}.10") * 2 for number in range(1, 7)]
    assert {row["status"] for row in invoices} == {"sent"}
    assert len(await shown(world)) == 6
    assert await sales.dead(world) == []


async def test_an_edited_opportunity_changes_its_draft_and_never_a_sent_invoice(world: World) -> None:
    deal = await sales.deal(world, ("Kiln", "100.00", 1), status="Won")
    await sales.looked(world)
    added = await sales.line(world, deal, "Glaze", "8.07", 3)
    await sales.looked(world)
    invoice = await only(world)
    assert (invoice["total"], invoice["status"]) == (Decimal("124.21"), "draft")

    sales.send(world, invoice["id"])
    extra = await sales.line(world, deal, "Shelf", "20.00")
    await sales.looked(world)

    [(cause, reason)] = await sales.dead(world)
    assert cause == "invoice.total_differs"
    assert "is over 124.21, and the opportunity is over 144.21; it was sent already" in reason
    assert (await only(world))["total"] == Decimal("124.21")
    # What a person puts right needs no replay.
    await sales.edit(world, "lines", extra, opportunity=deal, action="delete")
    await sales.looked(world)
    assert await sales.dead(world) == []
    assert added


async def test_a_draft_that_both_sides_changed_is_left_to_a_person(world: World) -> None:
    deal = await sales.deal(world, ("Kiln", "100.00", 1), status="Won")
    await sales.looked(world)
    invoice = await only(world)
    twin = world.sandbox.ghl
    row = twin.invoices.get(invoice["id"])
    twin.invoices.update(row, invoiceItems=[row["invoiceItems"][0] | {"amount": 90}], total=90, amountDue=90)
    await sales.line(world, deal, "Glaze", "8.07", 3)

    await sales.looked(world)

    [(cause, _)] = await sales.dead(world)
    assert cause == "invoice.both_changed"
    assert (await only(world))["total"] == 90


@pytest.mark.parametrize("how", ["void", "deleted"])
async def test_what_a_person_took_back_is_not_made_again_by_itself(world: World, how: str) -> None:
    deal = await sales.deal(world, status="Won")
    await sales.looked(world)
    invoice = await only(world)
    if how == "void":
        sales.send(world, invoice["id"])
        sales.void(world, invoice["id"])
    else:
        twin = world.sandbox.ghl
        twin.invoices.remove(twin.invoices.get(invoice["id"]))
    await sales.looked(world)
    assert await shown(world) == [f"Invoice {invoice['number']}: {how}"]

    for status in ("Open", "Won"):
        await sales.put(world, deal, status)
        await sales.looked(world)

    [(cause, reason)] = await sales.dead(world)
    assert cause == f"invoice.{how}"
    assert "none is made in its place by itself" in reason
    assert len(await sales.all_invoices(world)) == (1 if how == "void" else 0)


async def test_the_customer_is_found_by_link_mail_or_phone_and_never_guessed(world: World) -> None:
    known = next(
        row for row in (await world.ghl_truth("contacts"))["contacts"] if row["email"] and row["phone"]
    )
    by_mail = await sales.person(world, emailAddress=known["email"].upper(), businessPhone="+14155559901")
    new = await sales.person(world)
    for contact in (by_mail, by_mail, new):
        await sales.deal(world, contact=contact, status="Won")
    await sales.looked(world)
    payers = [row["contact_id"] for row in await sales.all_invoices(world)]
    assert payers.count(known["id"]) == 2
    assert len(set(payers)) == 2

    twice = [{"email": f"twin{number}@x.test", "phone": "+14155559955"} for number in (1, 2)]
    for row in twice:
        world.sandbox.ghl.contacts.add(
            {"id": world.sandbox.ghl.short_id(), "locationId": world.sandbox.details["location_id"], "tags": [],
             "customFields": [], "dateAdded": "2026-01-01T00:00:00.000Z", "dateUpdated": "2026-01-01T00:00:00.000Z"}
            | row | {"email": "both@x.test", "emailLowerCase": "both@x.test"}
        )  # fmt: skip
    await sales.deal(world, contact=await sales.person(world, emailAddress="both@x.test"), status="Won")
    await sales.deal(world, contact=await sales.person(world, emailAddress=""), status="Won")
    await sales.looked(world)
    assert [cause for cause, _ in await sales.dead(world)] == [
        "contact.incomplete",
        "contact.several_matches",
    ]
    assert len(await sales.all_invoices(world)) == 3


async def test_a_customer_is_created_only_where_the_owner_wants_that(world: World) -> None:
    await set_up(world, create_contacts=False)
    people = len((await world.ghl_truth("contacts"))["contacts"])
    await sales.deal(world, status="Won")
    await sales.looked(world)
    [(cause, _)] = await sales.dead(world)
    assert cause == "invoice.customer_unknown"
    assert len((await world.ghl_truth("contacts"))["contacts"]) == people
    # What stood in the way is gone with the next change, without a replay.
    await set_up(world, create_contacts=True)
    [deal] = [
        row for row in (await world.act_truth("opportunities"))["opportunities"] if "Deal" in row["name"]
    ]
    await sales.edit(world, "opportunities", deal["id"], fields={"competitor": "Nobody"})
    await sales.looked(world)
    assert len(await sales.all_invoices(world)) == 1
    assert await sales.dead(world) == []


async def test_the_customer_hears_of_it_once_and_only_where_the_owner_asked(world: World) -> None:
    await set_up(world, email_customer_as=user(world))
    deal = await sales.deal(world, status="Won")
    await world.faults("ghl", error_500_after_write={"count": 1, "match": "POST /invoices/{invoiceId}/send"})
    await sales.looked(world)
    for status in ("Open", "Won"):
        await sales.put(world, deal, status)
        await sales.looked(world)
    messages = (await world.ghl_truth("messages"))["messages"]
    assert [row["action"] for row in messages] == ["email"]


async def test_money_that_act_says_was_received_is_recorded_once(world: World) -> None:
    field = "opportunity_field_2"
    deal = await sales.deal(world, ("Kiln", "100.00", 1), status="Won")
    await sales.edit(world, "opportunities", deal, fields={"customFields": {field: "30.50"}})
    await set_up(world, mark_sent_as=user(world))
    await sales.looked(world)
    assert (await only(world))["paid"] == 0

    await set_up(world, mark_sent_as=user(world), money_received=f"event.custom_fields.{field}")
    label = "POST /invoices/{invoiceId}/record-payment"
    for amount in ("40.50", "40.50", "100"):
        await world.faults("ghl", drop_after_write={"count": 1, "match": label})
        await sales.edit(world, "opportunities", deal, fields={"customFields": {field: amount}})
        await sales.looked(world)

    invoice = await only(world)
    assert (invoice["paid"], invoice["status"]) == (100, "paid")
    amounts = sorted(Decimal(row["Amount"]) for row in await sales.payments_of(world, deal))
    assert amounts == [Decimal("40.50"), Decimal("59.50")]
    await sales.edit(world, "opportunities", deal, fields={"customFields": {field: "90"}})
    await sales.looked(world)
    assert [cause for cause, _ in await sales.dead(world)] == ["invoice.received_less"]


async def test_a_stage_can_be_what_makes_an_order(world: World) -> None:
    await set_up(world, status=None, stage="ordered")
    stages = {
        stage.name: stage.id for process in world.sandbox.act.processes.values() for stage in process.stages
    }
    deal = await sales.deal(world)
    await sales.deal(world, status="Won")
    await sales.edit(
        world, "opportunities", deal, fields={"stage": {"id": stages["Ordered"], "name": "Ordered"}}
    )
    await sales.looked(world)
    assert len(await sales.all_invoices(world)) == 1


async def test_an_amount_that_no_invoice_can_show_is_held_to_the_cent(world: World) -> None:
    await sales.deal(world, ("Nail", "10.005", 1), status="Won")
    await sales.deal(world, ("Gift", "0.00", 1), status="Won")
    await sales.looked(world)
    assert {cause for cause, _ in await sales.dead(world)} >= {"invoice.nothing_to_pay"}
    assert "invoice.total_differs" in {cause for cause, _ in await sales.dead(world)}
    assert {row["status"] for row in await sales.all_invoices(world)} <= {"draft"}


async def test_sales_that_were_won_before_the_template_was_enabled_are_not_billed(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world:
        deal = await sales.deal(world, status="Won")
        await world.control(
            "act", "edit", {"entity": "opportunities", "id": deal, "created": "2025-01-01T00:00:00Z",
                            "edited": "2025-01-02T00:00:00Z", "fields": {"competitor": "X"}},
        )  # fmt: skip
        await set_up(world)
        await sales.edit(world, "opportunities", deal, fields={"competitor": "Nobody"})
        await sales.looked(world)
        assert await sales.all_invoices(world) == []
