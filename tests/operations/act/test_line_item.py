from decimal import Decimal

import pytest

from orderbridge.catalogue.act.line_amounts import amount_seen
from support import act_records
from support.operations import Operations


async def lines(ops: Operations, opportunity_id: str) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """What Act! really holds: price, quantity and what the line comes to, by name."""
    rows = (await ops.world.act_truth("opportunities"))["opportunities"]
    [row] = [row for row in rows if row["id"] == opportunity_id]
    return {line["name"]: (line["price"], line["quantity"], line["total"]) for line in row["lines"]}


@pytest.mark.covers(
    "act.line_item.create@1",
    "act.line_item.get@1",
    "act.line_item.list@1",
    "act.line_item.update@1",
    "act.line_item.delete@1",
)
async def test_a_changed_line_is_no_discount_of_a_hundred_percent(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)
    made = await ops.run(
        "act.line_item.create",
        opportunity_id=deal,
        name="Slate",
        price=Decimal("14.99"),
        quantity=100,
        cost=9,
    )
    key = {"opportunity_id": deal, "line_item_id": made["id"]}
    changed = await ops.run("act.line_item.update", **key, quantity=Decimal("100.5"), item_number="SL-1")
    again = await ops.run("act.line_item.update", **key, quantity=Decimal("100.5"))
    got = await ops.run("act.line_item.get", **key)
    listed = await ops.run("act.line_item.list", opportunity_id=deal)
    held = await lines(ops, deal)
    gone = await ops.run("act.line_item.delete", **key)

    assert made["verdict"] == changed["verdict"] == gone["verdict"] == "confirmed"
    assert again["verdict"] == "unchanged"
    assert held == {"Slate": (Decimal("14.99"), Decimal("100.5"), Decimal("14.99") * Decimal("100.5"))}
    assert (got["item_number"], got["cost"], got["discount_price"]) == ("SL-1", 9, Decimal("14.99"))
    assert [row["id"] for row in listed["rows"]] == [made["id"]]
    assert await lines(ops, deal) == {}


async def test_a_line_that_act_wants_twice_is_sent_twice(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)
    made = await ops.run("act.line_item.create", opportunity_id=deal, name="Slate", price=10, quantity=1)
    await ops.world.faults("act", line_item_put_twice=True)
    try:
        changed = await ops.run(
            "act.line_item.update", opportunity_id=deal, line_item_id=made["id"], price=Decimal("12.50")
        )
    finally:
        await ops.world.faults("act", line_item_put_twice=False)

    assert changed["verdict"] == "confirmed"
    assert (await lines(ops, deal))["Slate"] == (Decimal("12.50"), 1, Decimal("12.50"))


async def test_a_discount_that_people_gave_is_not_dropped_unasked(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)
    client = await ops.world.application.runtime.act(ops.world.connections["act"])
    body = {"name": "Slate", "price": 10, "quantity": 2, "discount": 10}
    line = (await client.request("POST", f"/api/opportunities/{deal}/products", body=body)).body["id"]

    refused = await ops.refused("act.line_item.update", opportunity_id=deal, line_item_id=line, quantity=3)

    assert "9 instead of 10" in refused
    assert (await lines(ops, deal))["Slate"][2] == 18


async def test_an_item_number_that_is_a_date_is_refused_before_it_poisons_the_list(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)

    refused = await ops.refused(
        "act.line_item.create",
        opportunity_id=deal,
        name="Slate",
        price=1,
        quantity=1,
        item_number="2026-01-31",
    )
    whole = await ops.refused(
        "act.line_item.replace_all",
        opportunity_id=deal,
        lines=[{"name": "Slate", "price": 1, "quantity": 1, "item_number": "31.1.2026"}],
    )

    assert "looks like a date" in refused
    assert "looks like a date" in whole
    assert await lines(ops, deal) == {}


async def test_a_line_whose_answer_got_lost_is_there_once(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)
    await ops.world.faults(
        "act", drop_after_write={"count": 1, "match": f"POST /api/opportunities/{deal}/products"}
    )

    made = await ops.run("act.line_item.create", opportunity_id=deal, name="Slate", price=3, quantity=2)

    listed = await ops.run("act.line_item.list", opportunity_id=deal)
    assert [row["id"] for row in listed["rows"]] == [made["id"]]


@pytest.mark.covers("act.line_item.replace_all@1")
async def test_an_opportunity_is_brought_to_exactly_these_lines_to_the_cent(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)
    for name in ("Slate", "People's own", "Nails"):
        await ops.run("act.line_item.create", opportunity_id=deal, name=name, price=10, quantity=1, cost=4)
    before = {
        row["name"]: row["id"] for row in (await ops.run("act.line_item.list", opportunity_id=deal))["rows"]
    }
    wanted = [
        {"name": "Nails", "price": Decimal("0.33"), "quantity": 3},
        {"name": "Slate", "price": 10, "quantity": 1},
        {"name": "Discount", "price": Decimal("-1.99"), "quantity": 1, "item_number": "D-1"},
    ]
    await ops.world.faults(
        "act", drop_after_write={"count": 1, "match": f"POST /api/opportunities/{deal}/products"}
    )

    done = await ops.run("act.line_item.replace_all", opportunity_id=deal, lines=wanted)
    again = await ops.run("act.line_item.replace_all", opportunity_id=deal, lines=wanted)

    deal_now = await ops.run("act.opportunity.get", opportunity_id=deal)
    after = {row["name"]: row for row in (await ops.run("act.line_item.list", opportunity_id=deal))["rows"]}
    assert (done["verdict"], again["verdict"]) == ("confirmed", "unchanged")
    assert done["total"] == deal_now["product_total"] == Decimal("9.00")
    assert set(after) == {"Nails", "Slate", "Discount"}
    assert after["Nails"]["id"] == before["Nails"]
    assert after["Nails"]["cost"] == 4
    assert after["Slate"]["id"] == before["Slate"]


async def test_a_lost_line_is_not_taken_for_the_like_one_of_another_step(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)
    line = {"opportunity_id": deal, "name": "Nails", "price": Decimal("0.10"), "quantity": 5}
    first = await ops.run("act.line_item.create", **line)
    match = f"POST /api/opportunities/{deal}/products"
    await ops.world.faults("act", error_500_before={"count": 1, "match": match})

    second = await ops.run("act.line_item.create", **line)

    listed = await ops.run("act.line_item.list", opportunity_id=deal)
    assert [row["id"] for row in listed["rows"]] == [first["id"], second["id"]]
    assert first["id"] != second["id"]


async def test_a_change_that_act_takes_for_a_discount_waits_for_a_person(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)
    made = await ops.run("act.line_item.create", opportunity_id=deal, name="Slate", price=10, quantity=2)
    await ops.world.faults("act", rewrite_fields={"discountPrice": {"set": 0}})
    try:
        refused = await ops.refused(
            "act.line_item.update", opportunity_id=deal, line_item_id=made["id"], name="Slates"
        )
    finally:
        await ops.world.faults("act", rewrite_fields={})

    assert "total is 0 and should be 20" in refused


def test_only_what_act_may_round_is_granted() -> None:
    whole = [{"price": Decimal("0.33"), "quantity": 3}]
    broken = [{"price": Decimal("0.33"), "quantity": Decimal("0.5")}]

    assert amount_seen(Decimal("0.98"), whole) == Decimal("0.98")
    assert amount_seen(Decimal("0.17"), broken) == Decimal("0.165")
    assert amount_seen(Decimal("0.18"), broken) == Decimal("0.18")
    assert amount_seen(None, whole) is None


async def test_two_who_replace_the_lines_at_the_same_time_leave_each_line_once(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)
    given = {
        "opportunity_id": deal,
        "lines": [
            {"name": "Nails", "price": Decimal("0.33"), "quantity": 3},
            {"name": "Slate", "price": 10, "quantity": 1},
        ],
    }

    both = await ops.at_once(
        f"POST /api/opportunities/{deal}/products", "act.line_item.replace_all", given, given
    )

    assert sorted(item["verdict"] for item in both) == ["confirmed", "unchanged"]
    assert len(await lines(ops, deal)) == 2


async def test_two_changes_of_one_line_at_the_same_time_both_stay(ops: Operations) -> None:
    deal = await act_records.opportunity(ops)
    made = await ops.run("act.line_item.create", opportunity_id=deal, name="Slate", price=3, quantity=1)
    where = {"opportunity_id": deal, "line_item_id": made["id"]}

    await ops.at_once(
        f"PUT /api/opportunities/{deal}/products",
        "act.line_item.update",
        where | {"quantity": 5},
        where | {"price": 7},
    )

    assert await lines(ops, deal) == {"Slate": (7, 5, 35)}
