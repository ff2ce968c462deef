import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.location.get@1", "ghl.location.search@1")
async def test_only_the_connected_location_is_seen(ops: Operations) -> None:
    one = await ops.run("ghl.location.get")

    rows = (await ops.run("ghl.location.search"))["rows"]

    assert one["timezone"] == "America/New_York"
    assert [row["id"] for row in rows] == [one["id"]]
    assert (await ops.run("ghl.location.search", email="nobody@example.test"))["count"] == 0


async def test_a_location_cannot_be_named_by_hand(ops: Operations) -> None:
    assert "unknown 'location_id'" in await ops.refused("ghl.location.get", location_id="other")
