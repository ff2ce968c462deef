from typing import Any

import pytest

from support.operations import WAYS, Operations

ALL = (
    "ghl.opportunity.created",
    "ghl.opportunity.updated",
    "ghl.opportunity.deleted",
    "ghl.opportunity.stage_changed",
    "ghl.opportunity.status_changed",
    "ghl.opportunity.value_changed",
    "ghl.opportunity.assigned",
)


async def make(ops: Operations, pipeline: Any, name: str) -> str:
    contact = (await ops.world.ghl_truth("contacts"))["contacts"][0]
    body = {
        "pipelineId": pipeline["id"],
        "locationId": ops.location,
        "name": name,
        "status": "open",
        "contactId": contact["id"],
    }
    return str((await ops.ghl("POST", "/opportunities/", body))["opportunity"]["id"])


@pytest.mark.covers(
    "ghl.opportunity.created@1",
    "ghl.opportunity.updated@1",
    "ghl.opportunity.deleted@1",
    "ghl.opportunity.stage_changed@1",
    "ghl.opportunity.status_changed@1",
    "ghl.opportunity.value_changed@1",
    "ghl.opportunity.assigned@1",
)
@pytest.mark.parametrize("way", WAYS)
async def test_each_change_of_an_opportunity_fires_once_however_it_becomes_known(
    ops: Operations, way: str
) -> None:
    [pipeline, *_] = (await ops.ghl("GET", "/opportunities/pipelines", locationId=ops.location))["pipelines"]
    old = await make(ops, pipeline, "Old")
    async with ops.listening(*ALL) as fired:
        assert await fired.times() == {}
        async with ops.known(way):
            await make(ops, pipeline, "New")
        assert await fired.times() == {"ghl.opportunity.created": 1}
        # One change, for which HighLevel sends three webhooks.
        changes = {"pipelineStageId": pipeline["stages"][1]["id"], "monetaryValue": 100}
        async with ops.known(way):
            await ops.ghl("PUT", f"/opportunities/{old}", changes)
        for change in ({"status": "won"}, {"assignedTo": ops.world.sandbox.ghl.user_id}, {"name": "Older"}):
            async with ops.known(way):
                await ops.ghl("PUT", f"/opportunities/{old}", change)
        async with ops.known(way):
            await ops.ghl("DELETE", f"/opportunities/{old}")
        await ops.looked()
        times = await fired.times()
        assert [times[name] for name in ALL] == [1, 4, 1, 1, 1, 1, 1]
