import pytest

from orderbridge.catalogue.own_events import MANUAL
from orderbridge.core.errors import FlowError
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.own_events import happened, require
from orderbridge.store import flows
from support.operations import Operations

STARTED = "core.manual.started"


@pytest.mark.covers("core.manual.started@1")
async def test_a_start_runs_that_flow_once_and_no_other(ops: Operations) -> None:
    async with ops.listening(f"{STARTED}#one", f"{STARTED}#other") as fired:
        flow = await fired.flow(f"{STARTED}#one")
        for number in (1, 2, 2):
            async with ops.world.db.begin() as tx:
                state = {"input": {"n": number}, "started_at": "2026-03-02T09:00:00Z"}
                await accept_all(tx, [happened(flow, MANUAL, f"start {number}", state)])
        assert await fired.times() == {f"{STARTED}#one": 2}
        # Each start is by itself, so none waits for another.
        assert sorted(state["input"]["n"] for state in await fired.states(f"{STARTED}#one")) == [1, 2]


async def test_a_flow_that_listens_to_something_else_or_is_off_cannot_be_started(ops: Operations) -> None:
    async with ops.listening(STARTED, "ghl.contact.created") as fired:
        with pytest.raises(
            FlowError, match=r"listens to ghl.contact.created@1, not to core.manual.started@1"
        ):
            require(await fired.flow("ghl.contact.created"), MANUAL, STARTED)
        flow = await fired.flow(STARTED)
    async with ops.world.db.begin() as tx:
        with pytest.raises(FlowError, match="is switched off"):
            require(await flows.by_name(tx, flow.name), MANUAL, STARTED)
