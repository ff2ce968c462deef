import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.association.list@1", "ghl.association.get@1")
async def test_an_association_says_which_kind_comes_first(ops: Operations) -> None:
    rows = (await ops.run("ghl.association.list"))["rows"]

    one = await ops.run("ghl.association.get", association_id=rows[0]["id"])

    assert (one["first_object_key"], one["second_object_key"]) == ("contact", "custom_objects.kilns")
