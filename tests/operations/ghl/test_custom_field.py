import pytest

from support.operations import Operations

NUMBER = {"name": "Number in Act!", "data_type": "TEXT", "model": "contact"}


@pytest.mark.covers("ghl.custom_field.create@1", "ghl.custom_field.list@1", "ghl.custom_field.get@1")
async def test_a_field_is_made_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    label = "POST /locations/{locationId}/customFields"
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": label})

    made = await ops.run("ghl.custom_field.create", **NUMBER)

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.custom_field.list", model="contact"))["rows"]
    assert [row["id"] for row in rows if row["name"] == "Number in Act!"] == [made["id"]]
    one = await ops.run("ghl.custom_field.get", custom_field_id=made["id"])
    assert one["field_key"] == "contact.number_in_act"


@pytest.mark.covers("ghl.custom_field.update@1")
async def test_a_field_keeps_its_key_when_it_is_renamed(ops: Operations) -> None:
    made = await ops.run("ghl.custom_field.create", **(NUMBER | {"name": "Old name"}))

    changed = await ops.run("ghl.custom_field.update", custom_field_id=made["id"], name="New name")

    assert changed["verdict"] == "confirmed"
    assert changed["record"]["field_key"] == "contact.old_name"


async def test_an_unknown_kind_of_field_is_refused(ops: Operations) -> None:
    message = await ops.refused("ghl.custom_field.create", **(NUMBER | {"data_type": "IMAGE"}))

    assert "$.data_type: expected one of TEXT" in message
