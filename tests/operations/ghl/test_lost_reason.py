import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.lost_reason.list@1")
async def test_reasons_are_listed_and_found_by_name(ops: Operations) -> None:
    assert (await ops.run("ghl.lost_reason.list"))["count"] == 2
    assert [row["name"] for row in (await ops.run("ghl.lost_reason.list", name="Too dear"))["rows"]] == [
        "Too dear"
    ]
