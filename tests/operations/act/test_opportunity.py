from decimal import Decimal
from typing import Any

import pytest

from orderbridge.core.jsonio import JsonObject
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
