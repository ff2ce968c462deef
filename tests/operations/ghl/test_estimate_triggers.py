import pytest

from support.invoices import estimate
from support.operations import Operations

ALL = ("ghl.estimate.created", "ghl.estimate.accepted", "ghl.estimate.declined", "ghl.estimate.invoiced")


@pytest.mark.covers(
    "ghl.estimate.created@1", "ghl.estimate.accepted@1", "ghl.estimate.declined@1", "ghl.estimate.invoiced@1"
)
async def test_each_answer_to_an_estimate_fires_once(ops: Operations) -> None:
    old = await estimate(ops)
    async with ops.listening(*ALL) as fired:
        assert await fired.times() == {}
        new = await estimate(ops)
        await ops.looked()
        assert await fired.times() == {"ghl.estimate.created": 1}
        for number, status in ((old, "accepted"), (new, "declined"), (old, "invoiced")):
            await ops.world.control("ghl", f"estimates/{number}/answer", {"status": status})
            await ops.looked()
            await ops.looked()
        assert await fired.times() == dict.fromkeys(ALL, 1)
