from decimal import Decimal

import pytest

from support.operations import Operations

COURSE = {
    "name": "Weekend course",
    "currency": "USD",
    "items": [{"name": "Hour", "amount": Decimal("64.2"), "qty": 2, "currency": "USD"}],
}


@pytest.mark.covers(
    "ghl.invoice_template.create@1", "ghl.invoice_template.list@1", "ghl.invoice_template.get@1"
)
async def test_a_template_is_made_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /invoices/template"})

    made = await ops.run("ghl.invoice_template.create", **COURSE)

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.invoice_template.list", search="weekend"))["rows"]
    assert [(row["id"], row["total"]) for row in rows] == [(made["id"], Decimal("128.4"))]
    one = await ops.run("ghl.invoice_template.get", template_id=made["id"])
    assert one["items"][0]["name"] == "Hour"


@pytest.mark.covers("ghl.invoice_template.update@1", "ghl.invoice_template.delete@1")
async def test_items_stay_when_a_template_is_renamed_and_a_deleted_one_is_gone(ops: Operations) -> None:
    made = await ops.run("ghl.invoice_template.create", **(COURSE | {"name": "Before"}))
    one = {"template_id": made["id"]}

    changed = await ops.run("ghl.invoice_template.update", **one, name="After")
    gone = await ops.run("ghl.invoice_template.delete", **one)

    assert (changed["verdict"], changed["record"]["items"]) == ("confirmed", made["record"]["items"])
    assert gone["verdict"] == "confirmed"
    assert "not found" in await ops.refused("ghl.invoice_template.get", **one)


async def test_a_template_without_items_is_refused(ops: Operations) -> None:
    message = await ops.refused("ghl.invoice_template.create", **(COURSE | {"items": []}))

    assert "$.items: expected minItems 1" in message
