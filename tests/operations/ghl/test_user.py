import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.user.list@1", "ghl.user.get@1", "ghl.user.search@1")
async def test_users_are_listed_read_and_found_without_naming_the_agency(ops: Operations) -> None:
    rows = (await ops.run("ghl.user.list"))["rows"]

    found = (await ops.run("ghl.user.search", query="packer"))["rows"]

    assert [row["last_name"] for row in rows] == ["Dürr", "Packer"]
    assert [row["id"] for row in found] == [rows[1]["id"]]
    assert (await ops.run("ghl.user.get", user_id=rows[0]["id"]))["first_name"] == "Kathrin"


async def test_a_user_that_is_not_there_is_said_to_be_missing(ops: Operations) -> None:
    assert "not found" in await ops.refused("ghl.user.get", user_id="nobody")
