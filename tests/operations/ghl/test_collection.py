import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.collection.create@1", "ghl.collection.list@1", "ghl.collection.get@1")
async def test_a_collection_is_created_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /products/collections"})

    made = await ops.run("ghl.collection.create", name="Vases", slug="vases")

    assert made["verdict"] == "confirmed"
    assert [row["id"] for row in (await ops.run("ghl.collection.list", name="vas"))["rows"]] == [made["id"]]
    assert (await ops.run("ghl.collection.get", collection_id=made["id"]))["slug"] == "vases"


@pytest.mark.covers("ghl.collection.update@1", "ghl.collection.delete@1")
async def test_a_collection_is_changed_and_deleted(ops: Operations) -> None:
    made = await ops.run("ghl.collection.create", name="Bowls", slug="bowls")

    changed = await ops.run("ghl.collection.update", collection_id=made["id"], name="Big bowls")
    gone = await ops.run("ghl.collection.delete", collection_id=made["id"])

    assert (changed["verdict"], changed["record"]["slug"]) == ("confirmed", "bowls")
    assert gone["verdict"] == "confirmed"
    assert (await ops.run("ghl.collection.list", name="bowls"))["count"] == 0


async def test_a_slug_that_another_collection_has_is_refused_by_highlevel(ops: Operations) -> None:
    await ops.run("ghl.collection.create", name="Mugs", slug="mugs")

    assert "slug is already taken" in await ops.refused(
        "ghl.collection.create", name="More mugs", slug="mugs"
    )
