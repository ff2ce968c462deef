import pytest

from support.operations import Operations


@pytest.mark.covers("act.process.create@1", "act.process.get@1", "act.process.list@1", "act.process.update@1")
async def test_a_process_is_created_with_its_stages_and_taken_out_of_use(ops: Operations) -> None:
    made = await ops.run(
        "act.process.create",
        name="Web shop",
        stages=[{"name": "Ordered", "probability": 80}, {"name": "Shipped", "probability": 100}],
    )
    changed = await ops.run("act.process.update", process_id=made["id"], status="Inactive", name="Old shop")
    got = await ops.run("act.process.get", process_id=made["id"])
    listed = await ops.run("act.process.list")

    assert made["verdict"] == changed["verdict"] == "confirmed"
    assert (got["name"], got["status"]) == ("Old shop", "Inactive")
    assert [stage["name"] for stage in got["stages"]] == ["Ordered", "Shipped"]
    assert "Old shop" in [row["name"] for row in listed["rows"]]


async def test_nothing_deletes_a_process(ops: Operations) -> None:
    refused = await ops.refused("act.api.opportunities.processes_delete", path={"processId": "1"})

    assert "lose their place" in refused
