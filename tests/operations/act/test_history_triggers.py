import pytest

from support.act_changes import WAYS, lifecycle
from support.operations import Operations


@pytest.mark.covers(
    "act.history.created@1", "act.history.updated@1", "act.history.field_changed@1", "act.history.deleted@1"
)
@pytest.mark.parametrize("way", WAYS)
async def test_a_history_entry_that_is_made_changed_and_deleted_fires_once_each(
    ops: Operations, way: str
) -> None:
    contact = (await ops.world.act_truth("contacts"))["contacts"][0]
    types = await (await ops.world.application.runtime.act(ops.world.connections["act"])).history_types()
    new = {
        "regarding": "Called",
        "details": "Said yes",
        "historyTypeID": types[0].id,
        "contacts": [{"id": contact["id"]}],
        "startTime": "2026-02-02T09:00:00Z",
        "endTime": "2026-02-02T09:10:00Z",
    }
    await lifecycle(
        ops,
        "history",
        "history",
        new=new,
        change={"regarding": "Called back"},
        watched={"field": "regarding"},
        way=way,
        area="History",
    )
