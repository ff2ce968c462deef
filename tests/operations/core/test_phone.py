import pytest

from support.operations import Operations


@pytest.mark.covers("core.phone.format@1")
async def test_a_number_is_written_in_the_way_that_was_chosen(ops: Operations) -> None:
    made = await ops.run("core.phone.format", phone="(212) 555-0123", region="US")
    shown = await ops.run("core.phone.format", phone="+442079460018", style="national")

    assert made == {"phone": "+12125550123", "valid": True, "region": "US"}
    assert shown["phone"] == "020 7946 0018"
    assert shown["region"] == "GB"


async def test_what_is_no_number_is_held_unless_it_may_pass(ops: Operations) -> None:
    assert "no region was given" in await ops.refused("core.phone.format", phone="212 555 0123")
    kept = await ops.run("core.phone.format", phone="ext. 12", region="US", if_invalid="keep")
    assert kept == {"phone": "ext. 12", "valid": False, "region": None}
