import pytest

from support.act_changes import lifecycle
from support.operations import Operations


@pytest.mark.covers(
    "act.note.created@1", "act.note.updated@1", "act.note.field_changed@1", "act.note.deleted@1"
)
async def test_a_note_that_is_made_changed_and_deleted_fires_once_each(ops: Operations) -> None:
    contact = (await ops.world.act_truth("contacts"))["contacts"][0]
    new = {"noteText": "Prefers mornings", "contacts": [{"id": contact["id"]}]}
    await lifecycle(
        ops, "note", "notes", new=new, change={"noteText": "Prefers evenings"}, watched={"field": "note_text"}
    )
