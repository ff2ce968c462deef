import pytest

from support import act_records
from support.operations import Operations


@pytest.mark.covers(
    "act.recurring_task.create@1",
    "act.recurring_task.get@1",
    "act.recurring_task.list@1",
    "act.recurring_task.update@1",
    "act.recurring_task.delete@1",
)
async def test_a_series_shows_its_occurrences_among_the_tasks(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    made = await ops.run(
        "act.recurring_task.create",
        type="Call",
        subject="Call",
        start_time="2026-03-02T09:00:00Z",
        every="week",
        frequency=2,
        until="2026-04-01",
        contact_ids=[contact],
    )
    changed = await ops.run("act.recurring_task.update", series_id=made["id"], location="By phone")
    got = await ops.run("act.recurring_task.get", series_id=made["id"])
    listed = await ops.run("act.recurring_task.list", contact_id=contact)
    tasks = (await ops.run("act.task.list", contact_id=contact))["rows"]
    skipped = await ops.run("act.task.delete", task_id=tasks[1]["id"])
    left = (await ops.run("act.task.list", contact_id=contact))["rows"]
    gone = await ops.run("act.recurring_task.delete", series_id=made["id"])

    assert made["verdict"] == changed["verdict"] == skipped["verdict"] == gone["verdict"] == "confirmed"
    assert (got["recur_spec"]["recur_type"], got["recur_spec"]["frequency"]) == ("Weekly", 2)
    assert [row["id"] for row in listed["rows"]] == [made["id"]]
    assert sorted(row["start_time"][:10] for row in tasks) == ["2026-03-02", "2026-03-16", "2026-03-30"]
    assert {row["series_id"] for row in tasks} == {made["id"]}
    assert len({row["id"] for row in tasks}) == 3
    assert [row["id"] for row in left] == [tasks[0]["id"], tasks[2]["id"]]
    assert (await ops.run("act.task.list", contact_id=contact))["rows"] == []


async def test_a_series_whose_answer_got_lost_is_there_once(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/recurring-tasks"})

    made = await ops.run(
        "act.recurring_task.create",
        type="To-do",
        subject="Water the plants",
        start_time="2026-03-02T09:00:00Z",
        every="day",
        contact_ids=[contact],
    )

    listed = await ops.run("act.recurring_task.list", contact_id=contact)
    assert [row["id"] for row in listed["rows"]] == [made["id"]]
