import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.tag.create@1", "ghl.tag.list@1", "ghl.tag.get@1")
async def test_a_tag_is_made_once_in_lower_case_also_where_the_answer_is_lost(ops: Operations) -> None:
    label = "POST /locations/{locationId}/tags"
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": label})

    made = await ops.run("ghl.tag.create", name="Very Important")

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.tag.list"))["rows"]
    assert [row["id"] for row in rows if row["name"] == "very important"] == [made["id"]]
    assert (await ops.run("ghl.tag.get", tag_id=made["id"]))["name"] == "very important"


@pytest.mark.covers("ghl.tag.update@1", "ghl.tag.delete@1")
async def test_contacts_follow_when_a_tag_is_renamed_and_deleted(ops: Operations) -> None:
    contact_id = (await ops.world.ghl_truth("contacts"))["contacts"][0]["id"]
    made = await ops.run("ghl.tag.create", name="before")
    await ops.run("ghl.contact.add_tags", contact_id=contact_id, tags=["before"])

    renamed = await ops.run("ghl.tag.update", tag_id=made["id"], name="After")
    tags = (await ops.run("ghl.contact.get", contact_id=contact_id))["tags"]
    gone = await ops.run("ghl.tag.delete", tag_id=made["id"])

    assert (renamed["verdict"], gone["verdict"]) == ("confirmed", "confirmed")
    assert "after" in tags
    assert "after" not in (await ops.run("ghl.contact.get", contact_id=contact_id))["tags"]


async def test_a_tag_that_exists_is_refused_by_highlevel(ops: Operations) -> None:
    await ops.run("ghl.tag.create", name="twice")

    assert "already exist" in await ops.refused("ghl.tag.create", name="Twice")
