import asyncio
from decimal import Decimal
from typing import Any

import pytest

from orderbridge.connectors.act.models import LineItemDraft, OpportunityDraft
from support import act_sales as sales
from support.deals import a_deal
from support.operations import Operations
from support.world import until


async def customer(ops: Operations) -> str:
    rows = (await ops.world.ghl_truth("contacts"))["contacts"]
    return next(str(row["id"]) for row in rows if row["email"] and row["phone"] and row["firstName"])


async def user(ops: Operations) -> str:
    return str((await ops.run("ghl.api.users.get_user_by_location"))["answer"]["users"][0]["id"])


async def invoice(ops: Operations, name: str, **more: Any) -> dict[str, Any]:
    call_id = more.pop("call_id", None)
    given = {
        "contact_id": await customer(ops),
        "name": name,
        "currency": "USD",
        "issue_date": "2026-03-01",
        "items": [
            {
                "name": "Vase",
                "amount": Decimal("50.05"),
                "qty": 3,
                "currency": "USD",
                "taxes": [{"_id": "t1", "name": "Sales tax", "rate": 10}],
            }
        ],
    }
    return await ops.run("ghl.invoice.create", call_id=call_id, **(given | more))


async def held(ops: Operations, name: str) -> list[dict[str, Any]]:
    return [row for row in (await ops.world.ghl_truth("invoices"))["invoices"] if row["name"] == name]


@pytest.mark.covers("ghl.invoice.create@1", "ghl.invoice.get@1", "ghl.invoice.list@1")
async def test_an_invoice_is_made_once_for_a_customer_whose_details_are_looked_up(ops: Operations) -> None:
    made = await invoice(ops, "Once", call_id="once")
    again = await invoice(ops, "Once", call_id="once")

    assert (made["verdict"], again["id"]) == ("confirmed", made["id"])
    assert [row["total"] for row in await held(ops, "Once")] == [Decimal("165.17")]
    one = await ops.run("ghl.invoice.get", invoice_id=made["id"])
    assert one["status"] == "draft"
    assert one["contact_details"]["id"] == await customer(ops)
    rows = (await ops.run("ghl.invoice.list", search="Once"))["rows"]
    assert [row["id"] for row in rows] == [made["id"]]


async def test_an_invoice_whose_answer_was_lost_is_found_and_not_made_twice(ops: Operations) -> None:
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /invoices/"})

    made = await invoice(ops, "Lost")

    assert made["verdict"] == "confirmed"
    assert [row["id"] for row in await held(ops, "Lost")] == [made["id"]]


async def test_a_customer_without_a_phone_number_is_named_before_anything_is_sent(ops: Operations) -> None:
    made = await ops.run(
        "ghl.api.contacts.create_contact",
        body={"firstName": "No", "lastName": "Phone", "email": "no@phone.test"},
    )
    contact_id = made["answer"]["contact"]["id"]

    message = await ops.refused(
        "ghl.invoice.create", contact_id=contact_id, name="Nobody", currency="USD", issue_date="2026-03-01",
        items=[{"name": "Vase", "amount": 1, "qty": 1, "currency": "USD"}],
    )  # fmt: skip

    assert f"contact {contact_id} has no phone number" in message
    assert await held(ops, "Nobody") == []


@pytest.mark.covers("ghl.invoice.update@1")
async def test_items_taxes_and_customer_stay_when_one_field_is_changed(ops: Operations) -> None:
    made = await invoice(ops, "Change", discount={"type": "fixed", "value": 10}, terms_notes="<p>14 days</p>")
    before = await ops.run("ghl.invoice.get", invoice_id=made["id"])

    changed = await ops.run("ghl.invoice.update", invoice_id=made["id"], due_date="2026-04-01")

    after = await ops.run("ghl.invoice.get", invoice_id=made["id"])
    assert changed["verdict"] == "confirmed"
    assert after["due_date"] == "2026-04-01"
    for name in ("total", "contact_details", "terms_notes", "discount", "live_mode", "invoice_number"):
        assert after[name] == before[name], name
    assert after["invoice_items"][0]["taxes"] == before["invoice_items"][0]["taxes"]
    repeat = await ops.run("ghl.invoice.update", invoice_id=made["id"], due_date="2026-04-01")
    assert repeat["verdict"] == "unchanged"


@pytest.mark.covers("ghl.invoice.send@1")
async def test_an_invoice_becomes_sent_and_nobody_hears_of_it_unless_asked_for(ops: Operations) -> None:
    made, user_id = await invoice(ops, "Quiet"), await user(ops)

    sent = await ops.run("ghl.invoice.send", invoice_id=made["id"], user_id=user_id)

    assert (sent["verdict"], sent["record"]["status"]) == ("confirmed", "sent")
    assert await told(ops, made["id"]) == []
    refusal = await ops.refused(
        "ghl.invoice.send", allowed=(), invoice_id=made["id"], user_id=user_id, by_email=True
    )
    assert "allow messages_people" in refusal
    shown = await ops.preview("ghl.invoice.send", invoice_id=made["id"], user_id=user_id, by_email=True)
    assert shown["would_write"]["request"]["body"]["action"] == "email"
    assert await told(ops, made["id"]) == []
    for _ in range(2):
        await ops.run(
            "ghl.invoice.send", call_id="loud", invoice_id=made["id"], user_id=user_id, by_email=True
        )
    assert await told(ops, made["id"]) == ["email"]


@pytest.mark.covers("ghl.invoice.record_payment@1")
async def test_a_payment_of_an_invoice_is_recorded_once_for_each_reference(ops: Operations) -> None:
    made = await invoice(ops, "Paid")
    await ops.run("ghl.invoice.send", invoice_id=made["id"], user_id=await user(ops))
    paid = {"invoice_id": made["id"], "amount": Decimal("65.17"), "mode": "cheque", "cheque": {"number": "7"}}
    label = "POST /invoices/{invoiceId}/record-payment"
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": label})

    first = await ops.run("ghl.invoice.record_payment", **paid, reference="c7")
    again = await ops.run("ghl.invoice.record_payment", **paid, reference="c7")

    assert (first["verdict"], again["id"]) == ("confirmed", first["id"])
    assert [row["paid"] for row in await held(ops, "Paid")] == [Decimal("65.17")]


async def test_while_the_customer_pays_nothing_is_recorded_and_a_later_try_does_it(ops: Operations) -> None:
    made = await invoice(ops, "Locked")
    await ops.run("ghl.invoice.send", invoice_id=made["id"], user_id=await user(ops))
    paid = {"invoice_id": made["id"], "amount": 1, "mode": "cash", "reference": "locked"}
    await ops.world.faults("ghl", invoice_payment_locked={"count": 1})

    assert "the customer is paying at this moment" in await ops.refused("ghl.invoice.record_payment", **paid)
    assert (await ops.run("ghl.invoice.record_payment", **paid))["verdict"] == "confirmed"
    assert [row["paid"] for row in await held(ops, "Locked")] == [1]


@pytest.mark.covers("ghl.invoice.void@1")
async def test_a_sent_invoice_is_voided_and_a_draft_is_not(ops: Operations) -> None:
    made = await invoice(ops, "Void")
    assert "delete it instead" in await ops.refused("ghl.invoice.void", invoice_id=made["id"])
    await ops.run("ghl.invoice.send", invoice_id=made["id"], user_id=await user(ops))

    assert (await ops.run("ghl.invoice.void", invoice_id=made["id"]))["verdict"] == "confirmed"
    assert (await ops.run("ghl.invoice.void", invoice_id=made["id"]))["verdict"] == "unchanged"
    assert [row["status"] for row in await held(ops, "Void")] == ["void"]


@pytest.mark.covers("ghl.invoice.delete@1")
async def test_a_draft_is_deleted_and_a_sent_invoice_is_not(ops: Operations) -> None:
    made, kept = await invoice(ops, "Delete"), await invoice(ops, "Keep")
    await ops.run("ghl.invoice.send", invoice_id=kept["id"], user_id=await user(ops))

    assert (await ops.run("ghl.invoice.delete", invoice_id=made["id"]))["verdict"] == "confirmed"
    assert "only drafts can be deleted" in await ops.refused("ghl.invoice.delete", invoice_id=kept["id"])
    assert (await held(ops, "Delete"), len(await held(ops, "Keep"))) == ([], 1)


@pytest.mark.covers("ghl.invoice.text2pay@1")
async def test_an_invoice_with_a_payment_link_gives_the_link_and_sends_nothing(ops: Operations) -> None:
    given = {
        "contact_id": await customer(ops), "user_id": await user(ops), "name": "Link", "currency": "USD",
        "issue_date": "2026-03-01", "items": [{"name": "Vase", "amount": 5, "qty": 1, "currency": "USD"}],
    }  # fmt: skip

    made = await ops.run("ghl.invoice.text2pay", **given)

    assert made["verdict"] == "confirmed"
    assert made["id"] in made["invoice_url"]
    assert await told(ops, made["id"]) == []
    assert "allow messages_people" in await ops.refused(
        "ghl.invoice.text2pay", allowed=(), **given, send=True
    )
    loud = await ops.run("ghl.invoice.text2pay", **(given | {"name": "Loud"}), send=True)
    assert await told(ops, loud["id"]) == ["sms_and_email"]


@pytest.mark.covers("ghl.invoice.generate_number@1", "ghl.invoice.get_settings@1")
async def test_the_next_number_and_the_settings_are_read(ops: Operations) -> None:
    number = (await ops.run("ghl.invoice.generate_number"))["invoice_number"]

    made = await invoice(ops, "Numbered")

    assert made["record"]["invoice_number"] == str(number)
    assert (await ops.run("ghl.invoice.get_settings"))["title"] == "INVOICE"


@pytest.mark.covers("ghl.invoice.create_for_opportunity@1")
async def test_an_act_opportunity_is_invoiced_exactly_once(ops: Operations) -> None:
    act = await ops.world.application.runtime.act(ops.world.connections["act"])
    deal = await act.create_opportunity(OpportunityDraft(name="Kiln for Ada"))
    for name, price, quantity in (("Kiln", "1149.50", 1), ("Glaze", "8.07", 3), ("Voucher", "-50", 1)):
        line = LineItemDraft(name=name, item_number=name, price=Decimal(price), quantity=Decimal(quantity))
        await act.create_line_item(deal.id, line)
    given = {"opportunity_id": deal.id, "contact_id": await customer(ops), "issue_date": "2026-03-01"}
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /invoices/"})

    made = await ops.run("ghl.invoice.create_for_opportunity", **given)
    again = await ops.run("ghl.invoice.create_for_opportunity", **given)

    assert (made["verdict"], again["verdict"], again["id"]) == ("confirmed", "unchanged", made["id"])
    rows = await held(ops, made["record"]["name"])
    assert [(row["total"], row["currency"], row["live"]) for row in rows] == [
        (Decimal("1123.71"), "USD", True)
    ]


async def test_an_opportunity_whose_customer_nobody_can_tell_is_not_invoiced(ops: Operations) -> None:
    act = await ops.world.application.runtime.act(ops.world.connections["act"])
    deal = await act.create_opportunity(OpportunityDraft(name="Nobody's"))
    line = LineItemDraft(name="Nail", item_number="N", price=Decimal(10), quantity=Decimal(1))
    await act.create_line_item(deal.id, line)

    message = await ops.refused("ghl.invoice.create_for_opportunity", opportunity_id=deal.id)

    assert "nobody can tell who pays" in message


async def test_an_item_without_a_price_is_refused_with_its_place(ops: Operations) -> None:
    message = await ops.refused(
        "ghl.invoice.create", contact_id="any", name="Bad", currency="USD", issue_date="2026-03-01",
        items=[{"name": "Vase", "qty": 1, "currency": "USD"}],
    )  # fmt: skip

    assert "$.items[0]: 'amount' is missing" in message


async def told(ops: Operations, invoice_id: str) -> list[str]:
    messages = (await ops.world.ghl_truth("messages"))["messages"]
    return [row["action"] for row in messages if row.get("invoice_id") == invoice_id]


async def test_a_message_whose_sender_was_killed_is_not_sent_a_second_time(ops: Operations) -> None:
    made, user_id = await invoice(ops, "Killed"), await user(ops)
    given = {"invoice_id": made["id"], "user_id": user_id, "by_email": True}
    # It is still waiting to read the invoice back when it ends.
    await ops.world.faults("ghl", slow_s={"value": 1, "match": "GET /invoices/{invoiceId}"})
    attempt = asyncio.create_task(ops.run("ghl.invoice.send", call_id="killed", **given))

    async def sent() -> bool:
        return bool(await told(ops, made["id"]))

    await until(sent)
    attempt.cancel()
    await asyncio.wait([attempt])
    await ops.world.faults("ghl", slow_s=0)

    again = await ops.run("ghl.invoice.send", call_id="killed", **given)

    assert attempt.cancelled()
    assert again["record"]["status"] == "sent"
    assert await told(ops, made["id"]) == ["email"]


async def sale(ops: Operations, *lines: sales.Line, **fields: Any) -> str:
    return await sales.deal(ops.world, *lines, **fields)


async def of(ops: Operations, opportunity_id: str) -> list[dict[str, Any]]:
    mark = opportunity_id.replace("-", "")[:12]
    return [row for row in await sales.all_invoices(ops.world) if mark in row["name"]]


async def test_an_amount_that_no_invoice_can_show_is_held_before_anything_is_made(ops: Operations) -> None:
    deal = await sale(ops, ("Nail", "10.005", 1))

    message = await ops.refused(
        "ghl.invoice.create_for_opportunity", opportunity_id=deal, create_contact=True
    )

    assert "come to 10.005 USD, and no invoice can be over a part of the smallest coin" in message
    assert await of(ops, deal) == []


async def test_an_invoice_that_is_not_over_the_opportunitys_amount_is_told_every_time(
    ops: Operations,
) -> None:
    deal = await sale(ops, ("Nail", "10", 1))
    given = {"opportunity_id": deal, "create_contact": True}
    await ops.run("ghl.invoice.create_for_opportunity", **given)
    await sales.line(ops.world, deal, "Hammer", "5")

    messages = [await ops.refused("ghl.invoice.create_for_opportunity", **given) for _ in range(2)]

    assert all("is over 10, and the opportunity is over 15" in message for message in messages)
    assert len(await of(ops, deal)) == 1


@pytest.mark.covers("ghl.invoice.update_for_opportunity@1")
async def test_a_draft_follows_its_opportunity_and_a_sale_without_one_is_left_alone(ops: Operations) -> None:
    deal, other = await sale(ops, ("Nail", "10", 1)), await sale(ops)
    await ops.run("ghl.invoice.create_for_opportunity", opportunity_id=deal, create_contact=True)
    await sales.line(ops.world, deal, "Hammer", "5")
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": "PUT /invoices/{invoiceId}"})

    done = await ops.run("ghl.invoice.update_for_opportunity", opportunity_id=deal)
    again = await ops.run("ghl.invoice.update_for_opportunity", opportunity_id=deal)
    nothing = await ops.run("ghl.invoice.update_for_opportunity", opportunity_id=other)

    assert (done["verdict"], again["verdict"], nothing["id"]) == ("confirmed", "unchanged", None)
    assert [row["total"] for row in await of(ops, deal)] == [15]
    assert await of(ops, other) == []


@pytest.mark.covers("ghl.invoice.withdraw_for_opportunity@1")
async def test_the_draft_of_a_lost_sale_is_taken_back_and_a_sent_invoice_is_not(ops: Operations) -> None:
    lost, sent, kept = await sale(ops), await sale(ops), await sale(ops)
    for deal in (lost, sent, kept):
        await ops.run("ghl.invoice.create_for_opportunity", opportunity_id=deal, create_contact=True)
    sales.send(ops.world, (await of(ops, sent))[0]["id"])
    for deal in (lost, sent):
        await sales.put(ops.world, deal, "Lost")
    ref = "ghl.invoice.withdraw_for_opportunity"

    assert "allow deletes" in await ops.refused(ref, allowed=(), opportunity_id=lost)
    await ops.run(ref, opportunity_id=lost)
    assert "only a draft is taken back by itself" in await ops.refused(ref, opportunity_id=sent)
    assert (await ops.run(ref, opportunity_id=kept))["id"] is None

    assert await of(ops, lost) == []
    assert [row["status"] for deal in (sent, kept) for row in await of(ops, deal)] == ["sent", "draft"]
    # Won after all, it is invoiced again: nobody was billed.
    await sales.put(ops.world, lost, "Won")
    await ops.run("ghl.invoice.create_for_opportunity", opportunity_id=lost)
    assert len(await of(ops, lost)) == 1


@pytest.mark.covers("ghl.invoice.record_received@1")
async def test_what_act_says_was_received_is_recorded_by_its_growth(ops: Operations) -> None:
    deal = await sale(ops)
    await ops.run("ghl.invoice.create_for_opportunity", opportunity_id=deal, create_contact=True)
    ref = "ghl.invoice.record_received"
    assert "the invoice is a draft" in await ops.refused(ref, opportunity_id=deal, received="30")
    sales.send(ops.world, (await of(ops, deal))[0]["id"])

    for received in ("30", Decimal("30.00"), 100):
        await ops.run(ref, opportunity_id=deal, received=received)

    assert [row["paid"] for row in await of(ops, deal)] == [100]
    assert "nothing can take a payment back by itself" in await ops.refused(
        ref, opportunity_id=deal, received=40
    )
    assert "which is no amount" in await ops.refused(ref, opportunity_id=deal, received="lots")


@pytest.mark.covers("ghl.invoice.create_for_lead@1")
async def test_a_lead_gets_one_draft_over_the_price_that_the_owner_picked(ops: Operations) -> None:
    lead = await sales.person(ops.world)
    product = (await ops.run("ghl.product.create", name="Survey", product_type="SERVICE"))["id"]
    price, free = [
        (
            await ops.run(
                "ghl.price.create", product_id=product, name=str(amount), type="one_time", currency="USD", amount=amount
            )
        )["id"]
        for amount in (Decimal("149.50"), 0)
    ]  # fmt: skip
    given = {"contact_id": lead, "product_id": product, "price_id": price}
    ref = "ghl.invoice.create_for_lead"
    assert "nobody is sent an invoice over that" in await ops.refused(ref, **(given | {"price_id": free}))
    assert "has no price gone" in await ops.refused(ref, **(given | {"price_id": "gone"}))
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /invoices/"})
    assert (await ops.run(ref, **(given | {"only_waiting": True})))["id"] is not None
    await ops.run(ref, **given)
    await ops.run(ref, **given)

    rows = [row for row in await sales.all_invoices(ops.world) if row["name"].startswith("Survey")]
    assert [(row["total"], row["status"]) for row in rows] == [(Decimal("149.50"), "draft")]
    for wrong in ({"emailAddress": ""}, {"businessPhone": ""}):
        one = await sales.person(ops.world, **wrong)
        assert "puts nobody on an invoice without" in await ops.refused(ref, **(given | {"contact_id": one}))


async def test_what_is_an_order_of_highlevel_is_never_invoiced_whatever_people_edit(ops: Operations) -> None:
    deal = await a_deal(ops)
    ref = "ghl.invoice.create_for_opportunity"
    for fields in ({}, {"source": "Web"}, {"source": "", "sourceId": ""}, {"name": "Ours now"}):
        if fields:
            await sales.edit(ops.world, "opportunities", deal.opportunity_id, fields=fields)
        done = await ops.run(ref, opportunity_id=deal.opportunity_id, create_contact=True)
        assert done == {"id": None, "verdict": "unchanged", "record": None}

    copied = await sale(ops, source="HighLevel", sourceId=deal.order_id)
    assert "a copy, it seems" in await ops.refused(ref, opportunity_id=copied, create_contact=True)
    bare = await sale(ops)
    fields = {"name": "Oak table", "price": 249, "quantity": 1, "itemNumber": "GHL-1"}
    await sales.edit(ops.world, "lines", opportunity=bare, fields=fields)
    assert "has lines of a HighLevel order" in await ops.refused(
        ref, opportunity_id=bare, create_contact=True
    )
    assert await of(ops, deal.opportunity_id) == await of(ops, copied) == await of(ops, bare) == []


async def test_an_order_whose_link_was_lost_is_still_known_by_highlevel(ops: Operations) -> None:
    [order] = (await ops.world.sell(1, outcome="paid"))["orders"]
    forgotten = await sale(ops, source="Somebody typed this", sourceId=order)

    done = await ops.run("ghl.invoice.create_for_opportunity", opportunity_id=forgotten, create_contact=True)

    assert done["id"] is None
    assert await of(ops, forgotten) == []
