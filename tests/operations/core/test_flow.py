import pytest

from support.operations import Operations


@pytest.mark.covers("core.flow.stop@1", "core.flow.hold@1")
async def test_called_by_hand_they_say_what_would_become_of_a_run(ops: Operations) -> None:
    assert await ops.run("core.flow.stop", reason="a test customer") == {
        "ends": "nothing", "reason": "a test customer",
    }  # fmt: skip
    assert (await ops.run("core.flow.hold", reason="look first"))["ends"] == "held"
    assert (await ops.preview("core.flow.hold", reason="look first"))["output"]["ends"] == "held"
