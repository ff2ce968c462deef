from typing import Any

import pytest

from orderbridge.core.jsonio import JsonObject
from support.deals import a_deal
from support.operations import Operations

PAID: JsonObject = {
    "amount": 498,
    "refunded": 0,
    "currency": "USD",
    "status": "succeeded",
    "method": "card",
    "happened_at": "2026-01-31T09:00:00Z",
}


async def records_of(ops: Operations, reference: str) -> list[Any]:
    tables = (await ops.world.act_truth("custom_tables"))["custom_tables"]
    rows = tables["Payments"]["records"]
    return [row for row in rows if f"ref={reference}" in row["details"]]


@pytest.mark.covers("act.payment.record@1")
async def test_a_payment_is_one_record_and_a_refund_corrects_it(ops: Operations) -> None:
    deal = await a_deal(ops)
    payment = PAID | {"transaction_id": "t1", "order_id": deal.order_id} | deal.ids

    made = await ops.run("act.payment.record", **payment)
    again = await ops.run("act.payment.record", **payment)
    refunded = await ops.run("act.payment.record", **(payment | {"refunded": 98, "status": "refunded"}))

    assert [made["verdict"], again["verdict"], refunded["verdict"]] == ["confirmed", "unchanged", "confirmed"]
    (there,) = await records_of(ops, "t1")
    assert there["id"] == made["id"] == refunded["id"]
    assert "refunded=98.00" in there["details"]
    assert [item["id"] for item in there["opportunity"]] == [deal.opportunity_id]


async def test_a_payment_whose_answer_was_lost_is_found_and_not_recorded_twice(ops: Operations) -> None:
    deal = await a_deal(ops)
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/custom/entities"})

    made = await ops.run(
        "act.payment.record", transaction_id="t2", order_id=deal.order_id, **PAID, **deal.ids
    )

    assert made["verdict"] == "confirmed"
    assert len(await records_of(ops, "t2")) == 1


async def test_an_amount_as_a_text_is_refused(ops: Operations) -> None:
    given = PAID | {"transaction_id": "t3", "order_id": "o", "contact_id": "c", "opportunity_id": "o"}

    message = await ops.refused("act.payment.record", **(given | {"amount": "498.00"}))

    assert "$.amount: expected number, found string" in message


async def test_two_who_record_the_same_payment_at_the_same_time_record_it_once(ops: Operations) -> None:
    deal = await a_deal(ops)
    payment = PAID | {"transaction_id": "t-both", "order_id": deal.order_id} | deal.ids

    both = await ops.at_once("POST /api/custom/entities", "act.payment.record", payment, payment)

    assert len({item["id"] for item in both}) == 1
    assert len(await records_of(ops, "t-both")) == 1
