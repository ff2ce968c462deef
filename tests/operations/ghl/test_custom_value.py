import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.custom_value.create@1", "ghl.custom_value.list@1", "ghl.custom_value.get@1")
async def test_a_value_is_made_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    label = "POST /locations/{locationId}/customValues"
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": label})

    made = await ops.run("ghl.custom_value.create", name="Opening hours", value="9-17")

    assert made["verdict"] == "confirmed"
    assert [row["id"] for row in (await ops.run("ghl.custom_value.list"))["rows"]] == [made["id"]]
    one = await ops.run("ghl.custom_value.get", custom_value_id=made["id"])
    assert one["field_key"] == "{{ custom_values.opening_hours }}"


@pytest.mark.covers("ghl.custom_value.update@1", "ghl.custom_value.delete@1")
async def test_a_value_keeps_its_name_when_it_is_changed_and_a_deleted_one_is_gone(ops: Operations) -> None:
    made = await ops.run("ghl.custom_value.create", name="Slogan", value="Clay")

    changed = await ops.run("ghl.custom_value.update", custom_value_id=made["id"], value="Cedar")
    gone = await ops.run("ghl.custom_value.delete", custom_value_id=made["id"])

    assert (changed["record"]["name"], changed["record"]["value"]) == ("Slogan", "Cedar")
    assert gone["verdict"] == "confirmed"
    assert "not found" in await ops.refused("ghl.custom_value.get", custom_value_id=made["id"])


async def test_a_value_without_a_name_is_refused(ops: Operations) -> None:
    assert "'name' is missing" in await ops.refused("ghl.custom_value.create", value="9-17")
