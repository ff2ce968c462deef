import pytest

from support.operations import Operations


@pytest.mark.covers("act.stage.create@1", "act.stage.get@1", "act.stage.list@1", "act.stage.update@1")
async def test_a_stage_is_added_at_the_end_and_changed(ops: Operations) -> None:
    process = (await ops.run("act.process.create", name="Rental", stages=[{"name": "Asked"}]))["id"]
    made = await ops.run("act.stage.create", process_id=process, name="Lent", probability=90)
    changed = await ops.run("act.stage.update", stage_id=made["id"], probability=95)
    got = await ops.run("act.stage.get", stage_id=made["id"])
    listed = await ops.run("act.stage.list", process_id=process)

    assert made["verdict"] == changed["verdict"] == "confirmed"
    assert (got["probability"], got["process"]["name"]) == (95, "Rental")
    assert [row["name"] for row in listed["rows"]] == ["Asked", "Lent"]


async def test_a_stage_whose_answer_got_lost_is_there_once(ops: Operations) -> None:
    process = (await ops.run("act.process.create", name="Lease"))["id"]
    match = f"POST /api/opportunities/processes/{process}/stages"
    await ops.world.faults("act", drop_after_write={"count": 1, "match": match})

    made = await ops.run("act.stage.create", process_id=process, name="Signed")

    assert [row["id"] for row in (await ops.run("act.stage.list", process_id=process))["rows"]] == [
        made["id"]
    ]
