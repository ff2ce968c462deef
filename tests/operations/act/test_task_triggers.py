from typing import Any

import pytest

from support.act_changes import LONG_AGO, WAYS, lifecycle
from support.operations import Operations


@pytest.mark.covers(
    "act.task.created@1", "act.task.updated@1", "act.task.field_changed@1", "act.task.deleted@1"
)
@pytest.mark.parametrize("way", WAYS)
async def test_a_task_that_is_made_changed_and_deleted_fires_once_each(ops: Operations, way: str) -> None:
    contact = (await ops.world.act_truth("contacts"))["contacts"][0]
    new = await body(ops, contact["id"])
    await lifecycle(
        ops,
        "task",
        "tasks",
        new=new,
        change={"subject": "Call again"},
        watched={"field": "subject"},
        way=way,
        area="Activities",
    )


@pytest.mark.covers("act.task.cleared@1")
async def test_a_task_that_is_done_fires_once(ops: Operations) -> None:
    contact = (await ops.world.act_truth("contacts"))["contacts"][0]
    old = await ops.act("tasks", fields=await body(ops, contact["id"]), created=LONG_AGO, edited=LONG_AGO)
    async with ops.listening("act.task.cleared", "act.task.deleted") as fired:
        history = {
            "startTime": "2026-02-02T09:00:00Z",
            "endTime": "2026-02-02T09:10:00Z",
            "subject": "Done",
            "includeDetailsToHistory": False,
            "details": "",
            "isPrivate": False,
        }
        result = {"id": 1, "name": "Call Completed"}
        await ops.act("tasks", old["id"], action="clear", fields={"result": result, "history": history})
        await ops.looked()
        await ops.looked()
        assert await fired.times() == {"act.task.cleared": 1}


async def body(ops: Operations, contact: str) -> dict[str, Any]:
    client = await ops.world.application.runtime.act(ops.world.connections["act"])
    [kind, *_] = await client.task_types()
    return {
        "subject": "Call",
        "activityTypeId": kind.id,
        "startTime": "2026-02-02T09:00:00Z",
        "endTime": "2026-02-02T09:10:00Z",
        "contacts": [{"id": contact}],
    }
