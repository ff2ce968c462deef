from datetime import UTC, datetime, timedelta

import pytest

from support.operations import Operations


@pytest.mark.covers("core.delay.wait@1")
async def test_called_by_hand_it_answers_at_once_with_the_moment(ops: Operations) -> None:
    before = datetime.now(UTC)
    until = datetime.fromisoformat((await ops.run("core.delay.wait", days=2, hours=12))["until"])
    after = datetime.now(UTC)

    assert before + timedelta(hours=60) <= until <= after + timedelta(hours=60)


async def test_a_wait_needs_one_end_that_is_near_enough(ops: Operations) -> None:
    assert "give either" in await ops.refused("core.delay.wait")
    assert "give either" in await ops.refused("core.delay.wait", days=1, until="2026-01-31T09:00:00Z")
    assert "366 days" in await ops.refused("core.delay.wait", until="2999-01-01T00:00:00Z")
    assert "366 days" in await ops.refused("core.delay.wait", days=300, hours=2000)
    assert "$.until" in await ops.refused("core.delay.wait", until="tomorrow")
