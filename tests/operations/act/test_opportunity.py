from decimal import Decimal
from typing import Any

import pytest

from orderbridge.core.jsonio import JsonObject
from support import act_records, invoices
from support import act_sales as sales
from support.deals import a_deal
from support.operations import Operations

ORDER: JsonObject = {
    "name": "HighLevel order 1042",
    "source": "HighLevel",
    "status": "Won",
    "currency": "USD",
    "lines": [
        {"key": "GHL-1", "name": "Oak table", "price": 249, "quantity": 2},
        {"key": "GHL-DISCOUNT", "name": "Discount", "price": -10, "quantity": 1},
    ],
}


async def opportunities_of(ops: Operations, order_id: str) -> list[Any]:
    rows = (await ops.world.act_truth("opportunities"))["opportunities"]
    return [row for row in rows if row["sourceId"] == order_id]


@pytest.mark.covers("act.opportunity.upsert_by_order@1")
async def test_an_order_is_one_opportunity_whose_lines_come_to_its_amount(ops: Operations) -> None:
    deal = await a_deal(ops)
    order = ORDER | {"order_id": "1042", "contact_id": deal.contact_id}

    made = await ops.run("act.opportunity.upsert_by_order", **order)
    cheaper = order | {"lines": order["lines"][:1]}
    changed = await ops.run("act.opportunity.upsert_by_order", **cheaper)

    assert made["verdict"] == changed["verdict"] == "confirmed"
    assert made["total"] == Decimal(488)
    (there,) = await opportunities_of(ops, "1042")
    assert there["id"] == made["id"] == changed["id"]
    assert there["productTotal"] == Decimal(498)
    assert [line["itemNumber"] for line in there["lines"]] == ["GHL-1"]


async def test_an_opportunity_whose_creation_was_answered_with_a_failure_is_found_and_not_made_twice(
    ops: Operations,
) -> None:
    deal = await a_deal(ops)
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST /api/opportunities"})

    made = await ops.run(
        "act.opportunity.upsert_by_order", order_id="lost", contact_id=deal.contact_id, **ORDER
    )

    assert made["verdict"] == "confirmed"
    assert len(await opportunities_of(ops, "lost")) == 1


async def test_what_people_keep_in_other_custom_fields_stays_when_the_currency_changes(
    ops: Operations,
) -> None:
    deal = await a_deal(ops)
    order = ORDER | {"order_id": "kept", "contact_id": deal.contact_id}
    made = await ops.run("act.opportunity.upsert_by_order", **order)
    note = {"customFields": {"opportunity_field_1": "call first"}}
    await ops.world.control("act", "edit", {"entity": "opportunities", "id": made["id"], "fields": note})
    await ops.world.faults("act", patch_custom_fields="replace")

    changed = await ops.run("act.opportunity.upsert_by_order", **(order | {"currency": "EUR"}))
    await ops.world.faults("act", patch_custom_fields="merge")

    assert changed["verdict"] == "confirmed"
    (there,) = await opportunities_of(ops, "kept")
    assert there["customFields"]["opportunity_field_1"] == "call first"


async def test_a_price_as_a_text_is_refused(ops: Operations) -> None:
    line = {"key": "GHL-1", "name": "Oak table", "price": "249", "quantity": 2}

    message = await ops.refused(
        "act.opportunity.upsert_by_order", order_id="text", contact_id="x", **(ORDER | {"lines": [line]})
    )

    assert "$.lines[0].price: expected number, found string" in message


@pytest.mark.covers("act.opportunity.find_by_order@1")
async def test_the_opportunity_of_an_order_is_found_by_the_order(ops: Operations) -> None:
    deal = await a_deal(ops)

    found = await ops.run("act.opportunity.find_by_order", order_id=deal.order_id, contact_id=deal.source_id)

    assert found == {"id": deal.opportunity_id, "contact_id": deal.contact_id}
    assert "waits for a person" in await ops.refused(
        "act.opportunity.find_by_order", order_id="unknown", contact_id=deal.source_id
    )


async def shown(ops: Operations, opportunity_id: str) -> dict[str, object]:
    rows = (await ops.world.act_truth("opportunities"))["opportunities"]
    return next(row for row in rows if row["id"] == opportunity_id)


@pytest.mark.covers(
    "act.opportunity.create@1",
    "act.opportunity.get@1",
    "act.opportunity.update@1",
    "act.opportunity.list@1",
    "act.opportunity.delete@1",
)
async def test_an_opportunity_is_created_changed_listed_and_deleted(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    made = await ops.run(
        "act.opportunity.create",
        name="O'Brien's roof",
        contact_ids=[contact],
        stage="quoted",
        process="Main Sales",
        status="Open",
        estimated_close_date="2026-03-31",
    )
    changed = await ops.run(
        "act.opportunity.update", opportunity_id=made["id"], probability=35, reason="Price"
    )
    again = await ops.run("act.opportunity.update", opportunity_id=made["id"], probability=35)
    got = await ops.run("act.opportunity.get", opportunity_id=made["id"])
    mine = await ops.run(
        "act.opportunity.list",
        contact_id=contact,
        status="Open",
        name_contains="O'Brien's",
        edited_since="2026-01-31T00:00:00Z",
    )
    others = await ops.run("act.opportunity.list", contact_id=contact, status="Won")
    gone = await ops.run("act.opportunity.delete", opportunity_id=made["id"])

    assert made["verdict"] == changed["verdict"] == gone["verdict"] == "confirmed"
    assert again["verdict"] == "unchanged"
    assert got["stage"]["name"] == "Quoted"
    assert got["contacts"][0]["id"] == contact
    assert (got["probability"], got["reason"], got["status"]) == (35, "Price", 0)
    assert got["actual_close_date"].startswith("9999-12-31")
    assert [row["id"] for row in mine["rows"]] == [made["id"]]
    assert others["count"] == 0
    assert made["id"] not in [
        row["id"] for row in (await ops.world.act_truth("opportunities"))["opportunities"]
    ]


async def test_an_opportunity_whose_answer_got_lost_is_there_once(ops: Operations) -> None:
    contact = await act_records.contact(ops, "Lost Answer")
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/opportunities"})

    made = await ops.run("act.opportunity.create", call_id="lost-1", name="Lost", contact_ids=[contact])
    again = await ops.run("act.opportunity.create", call_id="lost-1", name="Lost", contact_ids=[contact])

    listed = await ops.run("act.opportunity.list", contact_id=contact)
    assert [row["id"] for row in listed["rows"]] == [made["id"]] == [again["id"]]


@pytest.mark.covers("act.opportunity.set_stage@1")
async def test_a_stage_is_set_by_name_within_the_process_and_never_guessed(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    made = await ops.run("act.opportunity.create", name="Stairs", contact_ids=[contact])
    moved = await ops.run("act.opportunity.set_stage", opportunity_id=made["id"], stage="ordered")
    across = await ops.run(
        "act.opportunity.set_stage", opportunity_id=made["id"], stage="Ordered", process="Services"
    )
    unknown = await ops.refused("act.opportunity.set_stage", opportunity_id=made["id"], stage="Nowhere")
    ambiguous = await ops.refused("act.opportunity.create", name="X", contact_ids=[contact], stage="Ordered")

    assert moved["record"]["stage"]["process"]["name"] == "Main Sales"
    assert moved["record"]["probability"] == 80
    assert across["record"]["stage"]["process"]["name"] == "Services"
    assert across["record"]["probability"] == 60
    assert "has no stage 'Nowhere'" in unknown
    assert "2 times the stage" in ambiguous


@pytest.mark.covers("act.opportunity.set_status@1")
async def test_closing_and_reopening_goes_over_the_wire_as_a_number(ops: Operations) -> None:
    made = await act_records.opportunity(ops)

    won = await ops.run(
        "act.opportunity.set_status",
        opportunity_id=made,
        status="Won",
        closed_on="2026-01-31",
        reason="Price",
    )
    truth = await shown(ops, made)
    opened = await ops.run("act.opportunity.set_status", opportunity_id=made, status="Open")
    refused = await ops.refused(
        "act.opportunity.set_status", opportunity_id=made, status="Open", closed_on="2026-01-31"
    )

    assert won["verdict"] == opened["verdict"] == "confirmed"
    assert (truth["status"], truth["statusName"], truth["reason"]) == (1, "Won", "Price")
    assert str(truth["actualCloseDate"]).startswith("2026-01-31")
    assert opened["record"]["actual_close_date"].startswith("9999-12-31")
    assert "leave closed_on out" in refused


@pytest.mark.covers("act.opportunity.find_by_source_id@1")
async def test_an_opportunity_is_found_by_its_source_id_and_two_wait_for_a_person(ops: Operations) -> None:
    made = await act_records.opportunity(ops, sourceId="ghl-1")
    for _ in range(2):
        await act_records.opportunity(ops, sourceId="ghl-2")

    found = await ops.run("act.opportunity.find_by_source_id", source_id="ghl-1")
    missing = await ops.run("act.opportunity.find_by_source_id", source_id="ghl-3")
    twice = await ops.refused("act.opportunity.find_by_source_id", source_id="ghl-2")

    assert (found["found"], found["id"]) == (True, made)
    assert (missing["found"], missing["record"]) == (False, None)
    assert "delete all but one" in twice


@pytest.mark.covers(
    "act.opportunity.link_contact@1",
    "act.opportunity.unlink_contact@1",
    "act.opportunity.link_company@1",
    "act.opportunity.unlink_company@1",
    "act.opportunity.link_group@1",
    "act.opportunity.unlink_group@1",
    "act.opportunity.list_contacts@1",
    "act.opportunity.list_companies@1",
    "act.opportunity.list_groups@1",
)
async def test_contacts_companies_and_groups_are_linked_and_unlinked(ops: Operations) -> None:
    made = await act_records.opportunity(ops)
    others = {
        "contact": await act_records.contact(ops),
        "company": await act_records.company(ops),
        "group": await act_records.group(ops),
    }
    for one, many in (("contact", "contacts"), ("company", "companies"), ("group", "groups")):
        given = {"opportunity_id": made, f"{one}_id": others[one]}
        linked = await ops.run(f"act.opportunity.link_{one}", **given)
        again = await ops.run(f"act.opportunity.link_{one}", **given)
        listed = await ops.run(f"act.opportunity.list_{many}", opportunity_id=made)
        unlinked = await ops.run(f"act.opportunity.unlink_{one}", **given)
        left = await ops.run(f"act.opportunity.list_{many}", opportunity_id=made)

        assert linked["verdict"] == unlinked["verdict"] == "confirmed"
        assert again["verdict"] == "unchanged"
        assert [row["id"] for row in listed["rows"]] == [others[one]]
        assert left["rows"] == []


@pytest.mark.covers("act.opportunity.get_access@1", "act.opportunity.set_access@1")
async def test_an_opportunity_is_made_private_and_says_so(ops: Operations) -> None:
    made = await act_records.opportunity(ops)

    before = await ops.run("act.opportunity.get_access", opportunity_id=made)
    user = (await ops.world.act_truth("opportunities"))["opportunities"][0]["recordManagerID"]
    limited = await ops.run(
        "act.opportunity.set_access",
        opportunity_id=made,
        type="LimitedAccess",
        accessors=[{"id": user, "type": "User"}],
    )
    changed = await ops.run("act.opportunity.set_access", opportunity_id=made, type="Private")

    assert before["type"] == "Public"
    assert limited["verdict"] == changed["verdict"] == "confirmed"
    assert (await ops.run("act.opportunity.get_access", opportunity_id=made))["type"] == "Private"


@pytest.mark.covers(
    "act.opportunity.list_history@1", "act.opportunity.list_notes@1", "act.opportunity.list_tasks@1"
)
async def test_what_belongs_to_an_opportunity_is_listed_as_plain_text(ops: Operations) -> None:
    made, contact = await act_records.opportunity(ops), await act_records.contact(ops)
    both = {"contact_ids": [contact], "opportunity_ids": [made]}
    await ops.run("act.history.create", regarding="Called", details="a < b", type="Call Completed", **both)
    await ops.run("act.note.create", note_text="Wants slate", **both)
    await ops.run("act.task.create", subject="Visit", start_time="2026-04-01T09:00:00Z", type="To-do", **both)

    history = await ops.run("act.opportunity.list_history", opportunity_id=made)
    notes = await ops.run("act.opportunity.list_notes", opportunity_id=made)
    tasks = await ops.run("act.opportunity.list_tasks", opportunity_id=made)

    assert [row["details"] for row in history["rows"]] == ["a < b"]
    assert [row["note_text"] for row in notes["rows"]] == ["Wants slate"]
    assert [row["subject"] for row in tasks["rows"]] == ["Visit"]


async def test_a_build_that_shows_the_status_as_a_word_is_understood(ops: Operations) -> None:
    made = await act_records.opportunity(ops)
    await ops.world.faults("act", opportunity_status="string")
    try:
        lost = await ops.run("act.opportunity.set_status", opportunity_id=made, status="Lost")
        again = await ops.run("act.opportunity.set_status", opportunity_id=made, status="Lost")
    finally:
        await ops.world.faults("act", opportunity_status="integer")

    assert (lost["verdict"], again["verdict"]) == ("confirmed", "unchanged")


async def test_a_custom_field_that_is_not_there_comes_out_as_ignored(ops: Operations) -> None:
    made = await act_records.opportunity(ops)

    changed = await ops.run(
        "act.opportunity.update", opportunity_id=made, custom_fields={"nothing_like_it": "x"}
    )

    assert changed["verdict"] == "ignored"


async def test_what_is_not_there_is_not_changed_and_says_so(ops: Operations) -> None:
    nowhere = "00000000-0000-0000-0000-000000000000"

    update = await ops.refused("act.opportunity.update", opportunity_id=nowhere, name="X")
    lines = await ops.refused("act.line_item.replace_all", opportunity_id=nowhere, lines=[])
    gone = await ops.run("act.opportunity.delete", opportunity_id=nowhere)

    assert "nothing was changed" in update
    assert "nothing was changed" in lines
    assert gone["verdict"] == "unchanged"


async def test_two_who_carry_over_the_same_order_at_the_same_time_make_one_opportunity(
    ops: Operations,
) -> None:
    deal = await a_deal(ops)
    order = ORDER | {"order_id": "both", "contact_id": deal.contact_id}

    both = await ops.at_once("POST /api/opportunities", "act.opportunity.upsert_by_order", order, order)

    (there,) = await opportunities_of(ops, "both")
    assert {item["id"] for item in both} == {there["id"]}
    assert len(there["lines"]) == 2


async def test_a_lost_opportunity_is_not_taken_for_one_that_only_looks_like_it(ops: Operations) -> None:
    deal = await a_deal(ops)
    alike = {"contacts": [{"id": deal.contact_id}], "competitor": "Somebody"}
    others = [await act_records.opportunity(ops, "Barn", **alike) for _ in range(3)]
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/opportunities"})

    made = await ops.run(
        "act.opportunity.create", name="Barn", contact_ids=[deal.contact_id], competitor="Nobody"
    )

    assert made["verdict"] == "confirmed"
    assert made["id"] not in others
    rows = (await ops.world.act_truth("opportunities"))["opportunities"]
    assert sum(row["name"] == "Barn" for row in rows) == 4


async def invoiced(ops: Operations) -> tuple[str, str]:
    deal = await sales.deal(ops.world, ("Kiln", "100.00", 1))
    made = await ops.run("ghl.invoice.create_for_opportunity", opportunity_id=deal, create_contact=True)
    return deal, made["id"]


@pytest.mark.covers("act.opportunity.find_by_invoice@1")
async def test_the_opportunity_of_an_invoice_is_found_and_that_of_another_is_not_there(
    ops: Operations,
) -> None:
    deal, invoice = await invoiced(ops)

    assert (await ops.run("act.opportunity.find_by_invoice", invoice_id=invoice))["id"] == deal
    foreign = await invoices.draft(ops)
    assert (await ops.run("act.opportunity.find_by_invoice", invoice_id=foreign))["id"] is None
    # One that is ours, and of which nobody knows any more whose it is, is never taken for a stranger's.
    forgotten = await invoices.draft(ops, name="Kiln [Act! 0123456789ab]")
    message = await ops.refused("act.opportunity.find_by_invoice", invoice_id=forgotten)
    assert "was made for an Act! opportunity that is not known here any more" in message


@pytest.mark.covers("act.opportunity.follow_invoice@1")
async def test_status_and_stage_follow_the_invoice_by_the_value_maps(ops: Operations) -> None:
    deal, invoice = await invoiced(ops)
    maps = {"statuses": {"draft": None, "paid": "Won"}, "stages": {"draft": "", "paid": "Paid"}}
    ref = "act.opportunity.follow_invoice"
    assert (await ops.run(ref, invoice_id=invoice, **maps))["verdict"] == "unchanged"
    sales.send(ops.world, invoice)
    assert "the value map statuses (draft, paid) does not have sent" in await ops.refused(
        ref, invoice_id=invoice, **maps
    )
    sales.pay(ops.world, invoice)

    done = [(await ops.run(ref, invoice_id=invoice, **maps))["verdict"] for _ in range(2)]

    assert done == ["confirmed", "unchanged"]
    found = await sales.opportunity(ops.world, deal)
    assert (found["statusName"], found["stage"]["name"]) == ("Won", "Paid")


async def test_an_order_that_highlevel_made_of_our_invoice_joins_its_opportunity(ops: Operations) -> None:
    deal, invoice = await invoiced(ops)
    await ops.world.faults("ghl", invoice_makes_order=True)
    sales.send(ops.world, invoice)
    sales.pay(ops.world, invoice)
    await ops.world.faults("ghl", invoice_makes_order=False)
    order = next(row["_id"] for row in ops.world.sandbox.ghl.orders if row["source"]["id"] == invoice)
    contact = (await sales.opportunity(ops.world, deal))["contacts"][0]["id"]
    before = await sales.opportunity(ops.world, deal)

    for known in ({}, {"invoice_id": invoice}):
        done = await ops.run(
            "act.opportunity.upsert_by_order", order_id=order, contact_id=contact, **ORDER, **known
        )
        assert (done["id"], done["invoiced"]) == (deal, True)

    assert await sales.opportunity(ops.world, deal) == before
    assert await opportunities_of(ops, order) == []
    found = await ops.run("act.opportunity.find_by_order", order_id=order, contact_id="nobody")
    assert found == {"id": deal, "contact_id": contact}
