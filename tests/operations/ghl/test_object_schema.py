import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.object_schema.list@1", "ghl.object_schema.get@1")
async def test_an_object_is_read_with_its_fields(ops: Operations) -> None:
    rows = (await ops.run("ghl.object_schema.list"))["rows"]

    one = await ops.run("ghl.object_schema.get", schema_key=rows[0]["key"])

    assert one["object"]["key"] == "custom_objects.kilns"
    assert [field["name"] for field in one["fields"]] == ["Name", "Volume"]
    assert "not found" in await ops.refused("ghl.object_schema.get", schema_key="custom_objects.boats")
