from decimal import Decimal
from typing import Any

import pytest

from support.operations import Operations


async def deal(ops: Operations, name: str) -> dict[str, Any]:
    contact_id = (await ops.world.ghl_truth("contacts"))["contacts"][0]["id"]
    pipeline = (await ops.run("ghl.pipeline.list"))["rows"][0]
    return {"name": name, "contact_id": contact_id, "pipeline_id": pipeline["id"]}


async def held(ops: Operations, name: str) -> list[dict[str, Any]]:
    return [
        row for row in (await ops.world.ghl_truth("opportunities"))["opportunities"] if row["name"] == name
    ]


@pytest.mark.covers("ghl.opportunity.create@1", "ghl.opportunity.list@1", "ghl.opportunity.get@1")
async def test_a_deal_is_created_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /opportunities/"})
    fields = (await ops.run("ghl.custom_field.list", model="opportunity"))["rows"]

    made = await ops.run(
        "ghl.opportunity.create", **await deal(ops, "Kiln"), monetary_value=Decimal("1149.5"),
        custom_fields={fields[0]["id"]: "4711"},
    )  # fmt: skip

    assert made["verdict"] == "confirmed"
    assert [row["id"] for row in await held(ops, "Kiln")] == [made["id"]]
    rows = (await ops.run("ghl.opportunity.list", query="kiln", status="open"))["rows"]
    assert [row["monetary_value"] for row in rows] == [Decimal("1149.5")]
    assert (await ops.run("ghl.opportunity.get", opportunity_id=made["id"]))["status"] == "open"


@pytest.mark.covers("ghl.opportunity.update@1", "ghl.opportunity.set_status@1", "ghl.opportunity.delete@1")
async def test_a_deal_is_changed_won_and_deleted(ops: Operations) -> None:
    made = await ops.run("ghl.opportunity.create", **await deal(ops, "Course"))
    one = {"opportunity_id": made["id"]}

    changed = await ops.run("ghl.opportunity.update", **one, monetary_value=64)
    won = await ops.run("ghl.opportunity.set_status", **one, status="won")
    again = await ops.run("ghl.opportunity.set_status", **one, status="won")
    rows = await held(ops, "Course")
    gone = await ops.run("ghl.opportunity.delete", **one)

    assert (rows[0]["monetaryValue"], rows[0]["status"]) == (64, "won")
    verdicts = [item["verdict"] for item in (changed, won, again, gone)]
    assert verdicts == ["confirmed", "confirmed", "unchanged", "confirmed"]
    assert await held(ops, "Course") == []


@pytest.mark.covers("ghl.opportunity.upsert@1")
async def test_a_deal_of_that_name_is_changed_and_two_of_them_stop_it(ops: Operations) -> None:
    given = await deal(ops, "Studio hire")

    made = await ops.run("ghl.opportunity.upsert", **given, monetary_value=10)
    changed = await ops.run("ghl.opportunity.upsert", **given, monetary_value=20)

    assert (made["how"], changed["how"], changed["id"]) == ("created", "found", made["id"])
    assert [row["monetaryValue"] for row in await held(ops, "Studio hire")] == [20]
    await ops.run("ghl.opportunity.create", **given)
    assert "2 opportunities named 'Studio hire'" in await ops.refused("ghl.opportunity.upsert", **given)


async def test_an_unknown_state_is_refused(ops: Operations) -> None:
    message = await ops.refused("ghl.opportunity.set_status", opportunity_id="any", status="done")

    assert "$.status: expected one of open, won, lost, abandoned" in message
