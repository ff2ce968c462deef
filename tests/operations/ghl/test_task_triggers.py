import pytest

from support.operations import PUSHED, Operations

ALL = ("ghl.task.created", "ghl.task.completed", "ghl.task.deleted")
TASK = {"title": "Call", "contactId": "c1", "dateAdded": "2026-01-05T08:00:00.000Z"}


@pytest.mark.covers("ghl.task.created@1", "ghl.task.completed@1", "ghl.task.deleted@1")
@pytest.mark.parametrize("way", PUSHED)
async def test_each_step_of_a_task_fires_once(ops: Operations, way: str) -> None:
    old, new = f"old {way}", f"new {way}"
    async with ops.listening(*ALL) as fired:
        async with ops.known(way):
            # A task that is older than our listening was not created now, whoever says so.
            await ops.told("TaskCreate", TASK | {"id": old})
        async with ops.known(way):
            await ops.told("TaskComplete", TASK | {"id": old})
        assert await fired.times() == {"ghl.task.completed": 1}
        now = ops.world.sandbox.ghl.now()
        async with ops.known(way):
            await ops.told("TaskCreate", TASK | {"id": new, "dateAdded": now})
        async with ops.known(way):
            await ops.told("TaskDelete", TASK | {"id": new, "dateAdded": now})
        assert await fired.times() == dict.fromkeys(ALL, 1)
