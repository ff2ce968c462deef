import pytest

from support.operations import Operations


async def contact(ops: Operations) -> str:
    return str((await ops.world.ghl_truth("contacts"))["contacts"][0]["id"])


@pytest.mark.covers("ghl.note.create@1", "ghl.note.list@1", "ghl.note.get@1")
async def test_a_note_is_written_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    contact_id = await contact(ops)
    label = "POST /contacts/{contactId}/notes"
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": label})

    made = await ops.run("ghl.note.create", call_id="n", contact_id=contact_id, body="Called back")
    await ops.run("ghl.note.create", call_id="n", contact_id=contact_id, body="Called back")

    rows = (await ops.run("ghl.note.list", contact_id=contact_id))["rows"]
    assert [row["body"] for row in rows] == ["Called back"]
    assert (await ops.run("ghl.note.get", contact_id=contact_id, note_id=made["id"]))["id"] == rows[0]["id"]


@pytest.mark.covers("ghl.note.update@1", "ghl.note.delete@1")
async def test_a_note_is_changed_and_deleted(ops: Operations) -> None:
    one = {"contact_id": await contact(ops)}
    made = await ops.run("ghl.note.create", **one, body="Before", title="Call")

    changed = await ops.run("ghl.note.update", **one, note_id=made["id"], body="After")
    gone = await ops.run("ghl.note.delete", **one, note_id=made["id"])

    assert (changed["verdict"], changed["record"]["title"]) == ("confirmed", "Call")
    assert gone["verdict"] == "confirmed"
    assert "not found" in await ops.refused("ghl.note.get", **one, note_id=made["id"])


async def test_a_note_of_a_contact_that_is_not_there_is_not_changed(ops: Operations) -> None:
    message = await ops.refused("ghl.note.update", contact_id="nobody", note_id="none", body="x")

    assert "there is no note none; nothing was changed" in message
