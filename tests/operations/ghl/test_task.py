import pytest

from support.operations import Operations

CALL = {"title": "Call back", "due_date": "2026-03-05T10:00:00Z"}


async def contact(ops: Operations) -> str:
    return str((await ops.world.ghl_truth("contacts"))["contacts"][0]["id"])


@pytest.mark.covers("ghl.task.create@1", "ghl.task.list@1", "ghl.task.get@1")
async def test_a_task_is_made_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    contact_id = await contact(ops)
    label = "POST /contacts/{contactId}/tasks"
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": label})

    made = await ops.run("ghl.task.create", contact_id=contact_id, **CALL)

    rows = (await ops.run("ghl.task.list", contact_id=contact_id))["rows"]
    assert [row["id"] for row in rows] == [made["id"]]
    one = await ops.run("ghl.task.get", contact_id=contact_id, task_id=made["id"])
    assert one["completed"] is False


@pytest.mark.covers("ghl.task.update@1", "ghl.task.complete@1", "ghl.task.delete@1")
async def test_a_task_is_changed_completed_and_deleted(ops: Operations) -> None:
    one = {"contact_id": await contact(ops)}
    one["task_id"] = (await ops.run("ghl.task.create", **one, **(CALL | {"title": "Write"})))["id"]

    changed = await ops.run("ghl.task.update", **one, body="A long letter")
    done = await ops.run("ghl.task.complete", **one)
    again = await ops.run("ghl.task.complete", **one)
    gone = await ops.run("ghl.task.delete", **one)

    assert changed["record"]["title"] == "Write"
    verdicts = [item["verdict"] for item in (changed, done, again, gone)]
    assert verdicts == ["confirmed", "confirmed", "unchanged", "confirmed"]
    assert "not found" in await ops.refused("ghl.task.get", **one)


@pytest.mark.covers("ghl.task.search@1")
async def test_open_tasks_of_all_contacts_are_found(ops: Operations) -> None:
    contacts = [row["id"] for row in (await ops.run("ghl.contact.search", limit=2))["rows"]]
    made = [
        await ops.run("ghl.task.create", contact_id=contact_id, **(CALL | {"title": "Find me"}))
        for contact_id in contacts
    ]
    await ops.run("ghl.task.complete", contact_id=contacts[0], task_id=made[0]["id"])

    rows = (await ops.run("ghl.task.search", query="find me", completed=False))["rows"]

    assert [(row["id"], row["contact_id"]) for row in rows] == [(made[1]["id"], contacts[1])]


async def test_a_time_without_its_offset_is_refused(ops: Operations) -> None:
    message = await ops.refused(
        "ghl.task.create", contact_id="any", title="Call", due_date="2026-03-05T10:00:00"
    )

    assert "$.due_date: expected a date-time" in message
