from decimal import Decimal
from typing import Any

import pytest

from support.operations import Operations


async def customer(ops: Operations) -> str:
    rows = (await ops.world.ghl_truth("contacts"))["contacts"]
    return next(str(row["id"]) for row in rows if row["email"] and row["phone"] and row["firstName"])


async def estimate(ops: Operations, name: str, **more: Any) -> dict[str, Any]:
    given = {
        "contact_id": await customer(ops),
        "name": name,
        "currency": "USD",
        "items": [{"name": "Vase", "amount": Decimal("50.05"), "qty": 3, "currency": "USD"}],
    }
    return await ops.run("ghl.estimate.create", **(given | more))


async def found(ops: Operations, name: str) -> list[dict[str, Any]]:
    return [row for row in (await ops.run("ghl.estimate.list"))["rows"] if row["name"] == name]


@pytest.mark.covers("ghl.estimate.create@1", "ghl.estimate.list@1")
async def test_an_estimate_is_made_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /invoices/estimate"})

    made = await estimate(ops, "Lost")

    assert made["verdict"] == "confirmed"
    assert [row["id"] for row in await found(ops, "Lost")] == [made["id"]]
    assert made["record"]["total"] == Decimal("150.15")


@pytest.mark.covers("ghl.estimate.update@1")
async def test_dates_items_and_customer_stay_when_the_name_is_changed(ops: Operations) -> None:
    made = await estimate(ops, "Before", issue_date="2026-03-01", expiry_date="2026-03-08")

    changed = await ops.run("ghl.estimate.update", estimate_id=made["id"], name="After")

    after = (await found(ops, "After"))[0]
    assert changed["verdict"] == "confirmed"
    for name in ("issue_date", "expiry_date", "total", "contact_details", "live_mode"):
        assert after[name] == made["record"][name], name


@pytest.mark.covers("ghl.estimate.send@1")
async def test_an_estimate_becomes_sent_and_nobody_hears_of_it_unless_asked_for(ops: Operations) -> None:
    made = await estimate(ops, "Quiet")
    user_id = (await ops.run("ghl.api.users.get_user_by_location"))["answer"]["users"][0]["id"]

    sent = await ops.run("ghl.estimate.send", estimate_id=made["id"], user_id=user_id)

    assert (sent["verdict"], sent["record"]["estimate_status"]) == ("confirmed", "sent")
    assert (await ops.world.ghl_truth("messages"))["messages"] == []
    await ops.run("ghl.estimate.send", estimate_id=made["id"], user_id=user_id, by_sms=True)
    assert len((await ops.world.ghl_truth("messages"))["messages"]) == 1


@pytest.mark.covers("ghl.estimate.create_invoice@1")
async def test_an_estimate_becomes_one_invoice_however_often_it_is_asked_for(ops: Operations) -> None:
    made = await estimate(ops, "Turned")
    label = "POST /invoices/estimate/{estimateId}/invoice"
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": label})

    first = await ops.run("ghl.estimate.create_invoice", estimate_id=made["id"])
    again = await ops.run("ghl.estimate.create_invoice", estimate_id=made["id"])

    rows = (await ops.world.ghl_truth("invoices"))["invoices"]
    assert [row["id"] for row in rows if row["name"] == "Turned"] == [first["invoice"]["id"]]
    assert (first["verdict"], again["verdict"]) == ("confirmed", "unchanged")
    assert again["invoice"]["id"] == first["invoice"]["id"]


@pytest.mark.covers("ghl.estimate.delete@1", "ghl.estimate.generate_number@1")
async def test_a_deleted_estimate_is_gone(ops: Operations) -> None:
    number = (await ops.run("ghl.estimate.generate_number"))["estimate_number"]
    made = await estimate(ops, "Gone")
    assert made["record"]["estimate_number"] == number

    assert (await ops.run("ghl.estimate.delete", estimate_id=made["id"]))["verdict"] == "confirmed"
    assert await found(ops, "Gone") == []


async def test_a_discount_of_an_unknown_kind_is_refused_with_its_place(ops: Operations) -> None:
    message = await ops.refused(
        "ghl.estimate.create", contact_id="any", name="Bad", currency="USD", discount={"type": "gift"},
        items=[{"name": "Vase", "amount": 1, "qty": 1, "currency": "USD"}],
    )  # fmt: skip

    assert "$.discount.type: expected one of percentage, fixed" in message


async def test_two_who_invoice_an_estimate_at_the_same_time_make_one_invoice(ops: Operations) -> None:
    made = await estimate(ops, "Both")
    given = {"estimate_id": made["id"]}
    label = "POST /invoices/estimate/{estimateId}/invoice"

    both = await ops.at_once(label, "ghl.estimate.create_invoice", given, given)

    rows = (await ops.world.ghl_truth("invoices"))["invoices"]
    assert [row["id"] for row in rows if row["name"] == "Both"] == [both[0]["invoice"]["id"]]
    assert sorted(item["verdict"] for item in both) == ["confirmed", "unchanged"]
