import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.pipeline.list@1")
async def test_pipelines_come_with_the_ids_of_their_stages(ops: Operations) -> None:
    pipeline = (await ops.run("ghl.pipeline.list"))["rows"][0]

    assert [stage["name"] for stage in pipeline["stages"]] == ["New", "Quoted", "Agreed", "Delivered"]
    assert all(stage["id"] for stage in pipeline["stages"])
