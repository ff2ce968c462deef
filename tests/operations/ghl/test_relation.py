from typing import Any

import pytest

from support.operations import Operations


async def ends(ops: Operations) -> dict[str, Any]:
    kiln = await ops.run(
        "ghl.object_record.create", schema_key="custom_objects.kilns", properties={"name": "Big"}
    )
    contact = (await ops.world.ghl_truth("contacts"))["contacts"][0]
    association = (await ops.run("ghl.association.list"))["rows"][0]
    return {
        "association_id": association["id"],
        "first_record_id": contact["id"],
        "second_record_id": kiln["id"],
    }


@pytest.mark.covers("ghl.relation.create@1", "ghl.relation.list@1")
async def test_two_records_are_related_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    given = await ends(ops)
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /associations/relations"})

    made = await ops.run("ghl.relation.create", **given)

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.relation.list", record_id=given["second_record_id"]))["rows"]
    assert [row["id"] for row in rows] == [made["id"]]


@pytest.mark.covers("ghl.relation.delete@1")
async def test_two_records_are_parted_and_stay(ops: Operations) -> None:
    given = await ends(ops)
    made = await ops.run("ghl.relation.create", **given)
    one = {"relation_id": made["id"], "record_id": given["first_record_id"]}

    assert (await ops.run("ghl.relation.delete", **one))["verdict"] == "confirmed"
    assert (await ops.run("ghl.relation.delete", **one))["verdict"] == "unchanged"
    assert (await ops.run("ghl.relation.list", record_id=given["second_record_id"]))["count"] == 0


async def test_a_record_that_is_not_there_is_refused_by_highlevel(ops: Operations) -> None:
    given = await ends(ops)

    message = await ops.refused("ghl.relation.create", **(given | {"second_record_id": "none"}))

    assert "The second record does not exist" in message
