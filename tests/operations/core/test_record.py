import pytest

from support.operations import Operations

RECORD = {"id": "o-1", "contact": {"email": None}}


@pytest.mark.covers("core.record.pick@1")
async def test_fields_are_picked_and_a_missing_one_is_no_null(ops: Operations) -> None:
    made = await ops.run("core.record.pick", record=RECORD, keys=["id", "contact.email"])
    some = await ops.run("core.record.pick", record=RECORD, keys=["id", "phone"], if_missing="leave_out")

    assert made["record"] == {"id": "o-1", "contact.email": None}
    assert some["record"] == {"id": "o-1"}
    assert "no 'phone'" in await ops.refused("core.record.pick", record=RECORD, keys=["phone"])
