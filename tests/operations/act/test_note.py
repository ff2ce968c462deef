import pytest

from support import act_records
from support.operations import Operations


async def notes(ops: Operations, contact_id: str) -> list[str]:
    rows = (await ops.world.act_truth("notes"))["notes"]
    return [row["noteText"] for row in rows if contact_id in [item["id"] for item in row["contacts"]]]


@pytest.mark.covers(
    "act.note.create@1", "act.note.get@1", "act.note.list@1", "act.note.update@1", "act.note.delete@1"
)
async def test_a_note_is_written_changed_listed_and_deleted_as_plain_text(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    made = await ops.run("act.note.create", note_text="Wants slate & nails", contact_ids=[contact])
    changed = await ops.run("act.note.update", note_id=made["id"], note_text="Wants tiles\nand nails")
    got = await ops.run("act.note.get", note_id=made["id"])
    listed = await ops.run("act.note.list", contact_id=contact)
    gone = await ops.run("act.note.delete", note_id=made["id"])

    assert made["verdict"] == changed["verdict"] == gone["verdict"] == "confirmed"
    assert made["record"]["note_text"] == "Wants slate & nails"
    assert got["note_text"] == "Wants tiles\nand nails"
    assert [row["id"] for row in listed["rows"]] == [made["id"]]
    assert await notes(ops, contact) == []


async def test_a_note_without_text_is_refused(ops: Operations) -> None:
    assert "note_text" in await ops.refused("act.note.create", note_text="", contact_ids=[])


@pytest.mark.covers("act.note.link_contact@1", "act.note.unlink_contact@1")
async def test_a_note_is_shown_on_a_further_contact_and_no_longer(ops: Operations) -> None:
    contact, other = await act_records.contact(ops), await act_records.contact(ops, "Bea Sample")
    made = await ops.run("act.note.create", note_text="Both", contact_ids=[contact])

    linked = await ops.run("act.note.link_contact", note_id=made["id"], contact_id=other)
    on_other = await notes(ops, other)
    unlinked = await ops.run("act.note.unlink_contact", note_id=made["id"], contact_id=other)

    assert linked["verdict"] == unlinked["verdict"] == "confirmed"
    assert on_other == ["Both"]
    assert await notes(ops, other) == []


@pytest.mark.covers("act.note.create_once@1")
async def test_a_note_is_written_once_for_each_reference(ops: Operations) -> None:
    contact, deal = await act_records.contact(ops), await act_records.opportunity(ops)
    given = {"note_text": "Bought slate", "contact_id": contact, "opportunity_id": deal}
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/notes"})

    first = await ops.run("act.note.create_once", reference="order-1", **given)
    again = await ops.run("act.note.create_once", reference="order-1", **given)

    assert (first["verdict"], again["verdict"]) == ("confirmed", "unchanged")
    assert len(await notes(ops, contact)) == 1
    assert (await ops.run("act.opportunity.list_notes", opportunity_id=deal))["count"] == 1
