import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.business.create@1", "ghl.business.list@1", "ghl.business.get@1")
async def test_a_business_is_created_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /businesses/"})

    made = await ops.run("ghl.business.create", name="Kiln & Co", city="Graz")

    assert made["verdict"] == "confirmed"
    assert [row["id"] for row in (await ops.run("ghl.business.list"))["rows"]] == [made["id"]]
    assert (await ops.run("ghl.business.get", business_id=made["id"]))["city"] == "Graz"


@pytest.mark.covers("ghl.business.update@1", "ghl.business.delete@1")
async def test_a_business_is_changed_and_deleted(ops: Operations) -> None:
    made = await ops.run("ghl.business.create", name="Clay Ltd", city="Graz")

    changed = await ops.run("ghl.business.update", business_id=made["id"], city="Vienna")
    gone = await ops.run("ghl.business.delete", business_id=made["id"])

    assert (changed["verdict"], changed["record"]["name"]) == ("confirmed", "Clay Ltd")
    assert gone["verdict"] == "confirmed"
    assert "not found" in await ops.refused("ghl.business.get", business_id=made["id"])


async def test_a_business_without_a_name_is_refused(ops: Operations) -> None:
    assert "'name' is missing" in await ops.refused("ghl.business.create", city="Graz")
