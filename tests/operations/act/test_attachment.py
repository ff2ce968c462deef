import base64

import pytest

from orderbridge.core.errors import HeldError
from support import act_records
from support.operations import Operations

HELLO = base64.b64encode(b"hello\r\n--world\r\n").decode()
OTHER = base64.b64encode(b"other").decode()


async def note(ops: Operations) -> str:
    contact = await act_records.contact(ops)
    return str((await ops.run("act.note.create", note_text="See file", contact_ids=[contact]))["id"])


@pytest.mark.covers("act.attachment.upload@1", "act.attachment.get@1", "act.attachment.delete@1")
async def test_a_file_is_attached_to_a_task_by_its_series_and_removed(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    task = await ops.run(
        "act.task.create",
        type="To-do",
        subject="Sign",
        start_time="2026-04-01T09:00:00Z",
        contact_ids=[contact],
    )
    where = {"record_kind": "task", "record_id": task["id"]}
    sent = await ops.run("act.attachment.upload", **where, file_name="offer.txt", content_base64=HELLO)
    again = await ops.run("act.attachment.upload", **where, file_name="offer.txt", content_base64=HELLO)
    other = await ops.refused("act.attachment.upload", **where, file_name="new.txt", content_base64=OTHER)
    shown = await ops.run("act.attachment.get", **where)
    gone = await ops.run("act.attachment.delete", **where)
    empty = await ops.run("act.attachment.get", **where)

    assert (sent["verdict"], again["verdict"], gone["verdict"]) == ("confirmed", "unchanged", "confirmed")
    assert sent["id"] == task["record"]["series_id"]
    assert "has the attachment offer.txt already" in other
    assert (shown["file"]["file_name"], shown["file"]["file_size"]) == ("offer.txt", 16)
    assert empty == {"found": False, "file": None}


async def test_an_upload_that_goes_on_is_waited_for_and_not_repeated(ops: Operations) -> None:
    where = {"record_kind": "note", "record_id": await note(ops)}
    await ops.world.faults("act", upload_answers_locked=1)
    try:
        sent = await ops.run("act.attachment.upload", **where, file_name="a.txt", content_base64=HELLO)
    finally:
        await ops.world.faults("act", upload_answers_locked=0)

    assert sent["verdict"] == "confirmed"
    assert (await ops.run("act.attachment.get", **where))["file"]["file_name"] == "a.txt"


async def test_an_upload_whose_answer_got_lost_is_not_repeated(ops: Operations) -> None:
    where = {"record_kind": "note", "record_id": await note(ops)}
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/attachments"})

    sent = await ops.run("act.attachment.upload", **where, file_name="b.txt", content_base64=HELLO)

    assert sent["verdict"] == "confirmed"


async def test_content_that_is_no_base64_is_refused(ops: Operations) -> None:
    where = {"record_kind": "note", "record_id": await note(ops)}

    assert "not base64" in await ops.refused(
        "act.attachment.upload", **where, file_name="c.txt", content_base64="*"
    )


async def test_of_two_files_at_the_same_time_the_second_is_refused(ops: Operations) -> None:
    where = {"record_kind": "note", "record_id": await note(ops), "content_base64": HELLO}
    files = [where | {"file_name": name} for name in ("one.txt", "two.txt")]

    with pytest.raises(HeldError, match="can have one only"):
        await ops.at_once("POST /api/attachments", "act.attachment.upload", *files)
