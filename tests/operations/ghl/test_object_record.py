import pytest

from support.operations import Operations

KILN = {"schema_key": "custom_objects.kilns"}


@pytest.mark.covers("ghl.object_record.create@1", "ghl.object_record.search@1", "ghl.object_record.get@1")
async def test_a_record_is_created_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    label = "POST /objects/{schemaKey}/records"
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": label})

    made = await ops.run("ghl.object_record.create", **KILN, properties={"name": "Big", "volume": 200})

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.object_record.search", **KILN, query="big"))["rows"]
    assert [row["id"] for row in rows] == [made["id"]]
    one = await ops.run("ghl.object_record.get", **KILN, record_id=made["id"])
    assert one["properties"] == {"name": "Big", "volume": 200}


@pytest.mark.covers("ghl.object_record.update@1", "ghl.object_record.delete@1")
async def test_other_fields_stay_when_a_record_is_changed_and_a_deleted_one_is_gone(ops: Operations) -> None:
    made = await ops.run("ghl.object_record.create", **KILN, properties={"name": "Small", "volume": 20})
    one = KILN | {"record_id": made["id"]}

    changed = await ops.run("ghl.object_record.update", **one, properties={"volume": 25})
    gone = await ops.run("ghl.object_record.delete", **one)

    assert changed["record"]["properties"] == {"name": "Small", "volume": 25}
    assert (changed["verdict"], gone["verdict"]) == ("confirmed", "confirmed")
    assert (await ops.run("ghl.object_record.search", **KILN, query="small"))["count"] == 0


async def test_a_field_that_the_object_does_not_have_is_refused_by_highlevel(ops: Operations) -> None:
    message = await ops.refused("ghl.object_record.create", **KILN, properties={"colour": "red"})

    assert "property colour should not exist" in message
